import type { NotebookPanel } from '@jupyterlab/notebook';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { IFinding, IReport } from './api/_schema';
import type { FixKind } from './api/fixes';

/** How the findings of the active notebook stand. */
export type FindingsState =
  'empty' | 'scanning' | 'ready' | 'failed' | 'missing';

/** Takes a fix back; returns how many places had changed since and were left alone. */
export type Revert = () => number;

/** The findings of the active notebook as it is now. */
export interface IFindings {
  readonly state: FindingsState;
  /** The newest report of the active notebook; stays while a new scan runs. */
  readonly report: IReport | null;
  /** Why the last scan failed, for people. */
  readonly failure: string;
  readonly notebook: NotebookPanel | null;
  readonly changed: ISignal<IFindings, void>;
  /** The findings that the person's filter lets through, in the notebook's order. */
  readonly listed: IFinding[];
  /** The finding whose details are shown. */
  readonly selected: IFinding | null;
  /** Whether the last fix can be taken back. */
  readonly canRevert: boolean;
  /** Show a finding's details. */
  select(finding: IFinding | null): void;
  /** Fix findings in the editor: with one kind of fix, or each with its default. */
  fix(findings: IFinding[], kind?: FixKind | null): Promise<void>;
  /** Take the last fix back. */
  revert(): Promise<void>;
  /** Show only one cell's findings; null shows all. */
  showCell(cellId: string | null): void;
  /** Scan now. */
  scan(): Promise<void>;
  /** Go to a finding in the notebook. */
  open(finding: IFinding): Promise<void>;
}

export const IFindings = new Token<IFindings>(
  'mlsec-lab:IFindings',
  'The findings of the active notebook.'
);

/** The commands. */
export const CommandIDs = {
  scan: 'mlsec:scan-notebook',
  show: 'mlsec:show-panel',
  next: 'mlsec:next-finding',
  previous: 'mlsec:previous-finding',
  fixAll: 'mlsec:fix-safe',
  revert: 'mlsec:revert-fix'
} as const;
