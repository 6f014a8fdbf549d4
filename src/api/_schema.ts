// Made by scripts/gen_types.py from the Python types: edit those, then run `make gen`.

export type Category =
  | 'secret'
  | 'pii'
  | 'dependency'
  | 'code'
  | 'model'
  | 'content'
  | 'server'
  | 'notebook'
  | 'card';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';

export type Confidence = 'high' | 'medium' | 'low';

export type SurfaceKind =
  | 'source'
  | 'output'
  | 'metadata'
  | 'attachment'
  | 'file'
  | 'environment'
  | 'server'
  | 'kernel';

export type CheckStatus = 'ran' | 'skipped' | 'failed';

export type InputStatus = 'scanned' | 'unreadable' | 'limited';

export type SuppressedBy = 'waiver' | 'inline' | 'baseline';

export const SCHEMA_VERSION: string = '1.0';

export const EVENT_SCHEMA: string =
  'https://mlsec-lab.github.io/schemas/scan-finished/v1.yaml';

export const SEVERITIES: readonly Severity[] = [
  'critical',
  'high',
  'medium',
  'low',
  'info'
];

export const CONFIDENCES: readonly Confidence[] = ['high', 'medium', 'low'];

/**
 * Where a finding stands, exactly as the JSON report says it (contract: "The JSON report").
 *
 * Lines and columns are 1-based Unicode code points of the raw string; lines end at `\n` only; `end_column` is
 * exclusive. `file_line` is the line in the `.ipynb` file.
 */
export interface ILocation {
  path: string;
  cell_index: number | null;
  cell_id: string | null;
  surface: SurfaceKind;
  output_index: number | null;
  mime_type: string | null;
  line: number | null;
  column: number | null;
  end_line: number | null;
  end_column: number | null;
  table_column: string | null;
  file_line: number | null;
  commit: string | null;
}

/**
 * One leak in one place (contract: "The JSON report"). `preview` is masked; `fingerprint` is `mf1:` + 32 hex.
 */
export interface IFinding {
  rule_id: string;
  category: Category;
  severity: Severity;
  confidence: Confidence;
  message: string;
  location: ILocation;
  preview: string;
  fingerprint: string;
  remediation: string;
  references: string[];
  properties: { [key: string]: unknown };
}

/**
 * Which program and which rules made the report.
 */
export interface ITool {
  version: string;
  rules_version: string;
  name: string;
}

/**
 * Totals. `complete` is false when a check failed, a limit was hit, or a required check did not run.
 */
export interface ISummary {
  notebooks: number;
  cells: number;
  surfaces: number;
  bytes: number;
  duration_ms: number;
  by_severity: { [key: string]: number };
  by_category: { [key: string]: number };
  below_confidence: number;
  complete: boolean;
}

/**
 * Whether a check family ran; `enable` is the command that would enable a skipped one.
 */
export interface ICheckRow {
  check: string;
  status: CheckStatus;
  reason: string | null;
  enable: string | null;
}

/**
 * A finding that a waiver, an inline comment or the baseline keeps off the list.
 */
export interface ISuppressed {
  fingerprint: string;
  rule_id: string;
  path: string;
  by: SuppressedBy;
  reason: string | null;
  expires: string | null;
}

/**
 * One file that was asked for, and how it went. `bytes` is its size.
 */
export interface IInputRow {
  path: string;
  bytes: number;
  cells: number;
  status: InputStatus;
}

/**
 * The whole result, in the shape of the contract's JSON.
 */
export interface IReport {
  tool: ITool;
  summary: ISummary;
  checks: ICheckRow[];
  findings: IFinding[];
  suppressed: ISuppressed[];
  inputs: IInputRow[];
  schema_version: string;
}

/**
 * Bounds of one notebook's scan. Bytes are of the file; depth is JSON nesting; time and memory are the worker's.
 */
export interface ILimits {
  max_bytes: number;
  max_depth: number;
  max_cells: number;
  max_surfaces: number;
  max_seconds: number;
  max_memory: number;
}

export interface IMedia {
  $media: [number, string];
}

/**
 * A notebook as it is now: all of it (`base` is null) or what changed since revision `base`.
 *
 * `session` is a random UUID of the client, `path` is shown in findings and never opened, `order` names all cells,
 * `cells` has all of them or the changed ones as nbformat JSON by id. `metadata` null means unchanged.
 */
export interface ILiveRequest {
  session: string;
  path: string;
  base: number | null;
  revision: number;
  order: string[];
  cells: { [key: string]: unknown };
  metadata: { [key: string]: unknown } | null;
  nbformat: number;
}

/**
 * Status 200: the report of `revision`, which is the one asked for or a later one.
 */
export interface ILiveDone {
  revision: number;
  report: IReport;
  status: 'done';
}

/**
 * Status 202: accepted; fetch the result of `revision` when the event says so.
 */
export interface ILiveRunning {
  revision: number;
  status: 'running';
}

/**
 * Status 409: the server does not have `base`; send everything again with `base` null.
 */
export interface ILiveResync {
  status: 'resync';
}

/**
 * Every status from 400 on but a resync: what happened and the next step, for a person to read.
 */
export interface IErrorAnswer {
  message: string;
  hint: string;
  status: 'error';
}

/**
 * Scan a saved notebook; `path` is one of the contents manager's.
 */
export interface IScanRequest {
  path: string;
}

/**
 * What this server runs. A check that cannot run says why. `max_message` bounds a live message, in bytes.
 */
export interface IServerStatus {
  version: string;
  rules_version: string;
  schema_version: string;
  max_message: number;
  limits: ILimits;
  checks: ICheckRow[];
}

/**
 * The event's data: a ping that everyone on the server sees and anyone can forge, so act on what you fetch instead.
 *
 * `job` is the live session. `findings` is null where the scan gave no report: fetch it to learn why.
 */
export interface IScanFinished {
  job: string;
  revision: number;
  findings: number | null;
  by_severity: { [key: string]: number };
}
