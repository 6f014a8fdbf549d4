export type FixKind =
  'environment' | 'getpass' | 'store' | 'mask' | 'clear' | 'drop';

/** One change at one place. Holds no found value: where it stands, and what comes there. */
export interface IEdit {
  cell_id: string | null;
  /** From the cell (from the notebook where there is no cell) to the string or the member. */
  pointer: (string | number)[];
  /** Code points of the joined string; null removes the member. */
  start: number | null;
  end: number | null;
  replacement: string;
}

export interface IWantedFix {
  fingerprint: string;
  cell_id: string | null;
  line: number | null;
  column: number | null;
  /** Null for the finding's own default. */
  kind: FixKind | null;
}

export interface IFixRequest {
  session: string;
  revision: number;
  fixes: IWantedFix[];
}

export interface IFixAnswer {
  status: 'done';
  revision: number;
  edits: IEdit[];
  refused: { fingerprint: string; reason: string }[];
}
