// Generated from the Python types by scripts/gen_types.py (`make gen`): do not edit.

/** Schema of the ping event. */
export const EVENT_SCHEMA =
  'https://mlsec-lab.github.io/schemas/scan-finished/v1.yaml';

/** Where a finding stands, exactly as the JSON report says it (contract: "The JSON report"). */
export interface ILocation {
  path: string;
  cell_index: number | null;
  cell_id: string | null;
  surface:
    | 'source'
    | 'output'
    | 'metadata'
    | 'attachment'
    | 'file'
    | 'environment'
    | 'server'
    | 'kernel';
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

/** One leak in one place (contract: "The JSON report"). ``preview`` is masked; ``fingerprint`` is ``mf1:`` + 32 hex. */
export interface IFinding {
  rule_id: string;
  category: string;
  severity: 'critical' | 'high' | 'medium' | 'low' | 'info';
  confidence: 'high' | 'medium' | 'low';
  message: string;
  location: ILocation;
  preview: string;
  fingerprint: string;
  remediation: string;
  references: string[];
  properties: { [key: string]: unknown };
}

/** Which program and which rules made the report. */
export interface ITool {
  version: string;
  rules_version: string;
  name: string;
}

/** Totals. ``complete`` is false when a check failed, a limit was hit, or a required check did not run. */
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

/** Whether a check family ran; ``enable`` is the command that would enable a skipped one. */
export interface ICheckRow {
  check: string;
  status: 'ran' | 'skipped' | 'failed';
  reason: string | null;
  enable: string | null;
}

/** A finding that a waiver, an inline comment or the baseline keeps off the list. */
export interface ISuppressed {
  fingerprint: string;
  rule_id: string;
  path: string;
  by: 'waiver' | 'inline' | 'baseline';
  reason: string | null;
  expires: string | null;
}

/** One file that was asked for, and how it went. ``bytes`` is its size. */
export interface IInputRow {
  path: string;
  bytes: number;
  cells: number;
  status: 'scanned' | 'unreadable' | 'limited';
}

/** The whole result, in the shape of the contract's JSON. */
export interface IReport {
  tool: ITool;
  summary: ISummary;
  checks: ICheckRow[];
  findings: IFinding[];
  suppressed: ISuppressed[];
  inputs: IInputRow[];
  schema_version: string;
}

/** Bounds of one notebook's scan. Bytes are of the file; depth is JSON nesting; time and memory are the worker's. */
export interface ILimits {
  max_bytes: number;
  max_depth: number;
  max_cells: number;
  max_surfaces: number;
  max_seconds: number;
  max_memory: number;
}

/** Answer of ``GET /mlsec-lab/status``. */
export interface IServerStatus {
  version: string;
  rules_version: string;
  schema_version: string;
  limits: ILimits;
  checks: ICheckRow[];
}

/** Body of ``POST /mlsec-lab/live``. ``cells`` are all cells when ``base`` is null, else the changed ones, by id. */
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

/** The report of a revision. */
export interface ILiveDone {
  status: 'done';
  revision: number;
  report: IReport;
}

/** The scan takes longer; a ping event says when the result can be fetched. */
export interface ILiveRunning {
  status: 'running';
  revision: number;
}

/** The server does not have the base revision: send everything. */
export interface ILiveResync {
  status: 'resync';
}

/** What went wrong and what to do next. */
export interface IErrorAnswer {
  status: 'error';
  message: string;
  hint: string;
}

/** Data of the event ``scan-finished``. */
export interface IScanFinished {
  job: string;
  revision: number;
  findings: number;
  by_severity: { [key: string]: number };
}
