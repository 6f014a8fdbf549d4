import type { JSONValue } from '@lumino/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IFinding } from '../api/_schema';
import type { FixKind, IWantedFix } from '../api/fixes';

/** Fixes that lose nothing a person wrote, so that many can be made at once. */
const SAFE: FixKind[] = ['environment', 'mask'];

/** What a finding can be fixed with, the default first. Keyrings are offered by the kernel, not here. */
export function kindsOf(finding: IFinding): FixKind[] {
  const kinds = (finding.properties as { fixes?: unknown }).fixes;
  return Array.isArray(kinds)
    ? (kinds as FixKind[]).filter(kind => kind in LABELS && kind !== 'store')
    : [];
}

/** Whether the default fix of a finding can be made with others at once. */
export function isSafe(finding: IFinding): boolean {
  const [first] = kindsOf(finding);
  return first !== undefined && SAFE.includes(first);
}

const LABELS: { [kind in FixKind]: string } = {
  environment: 'Read it from the environment',
  getpass: 'Ask for it when run',
  store: 'Move it to the keyring',
  mask: 'Mask',
  clear: 'Clear this output',
  drop: 'Drop this field'
};

/** A fix in words. */
export function fixLabel(kind: FixKind, trans: TranslationBundle): string {
  return trans.__(LABELS[kind]);
}

/** The request for a finding's fix. */
export function wanted(finding: IFinding, kind: FixKind | null): IWantedFix {
  const { cell_id, line, column } = finding.location;
  return { fingerprint: finding.fingerprint, cell_id, line, column, kind };
}

/** The value at a pointer, or undefined. */
export function valueAt(
  root: JSONValue | undefined,
  pointer: (string | number)[]
): JSONValue | undefined {
  let value = root as unknown;
  for (const step of pointer) {
    value = (value as { [key: string | number]: unknown } | null | undefined)?.[
      step
    ];
  }
  return value as JSONValue | undefined;
}
