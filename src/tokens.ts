import type { NotebookPanel } from '@jupyterlab/notebook';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { IFinding, IReport } from './api/_schema';

/** How the findings of the active notebook stand. */
export type FindingsState =
  'empty' | 'scanning' | 'ready' | 'failed' | 'missing';

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
  previous: 'mlsec:previous-finding'
} as const;
