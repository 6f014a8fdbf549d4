import type { Cell } from '@jupyterlab/cells';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IFinding } from '../api/_schema';
import { worst } from '../model/filter';

const CLASS = 'jp-mlsec-mark';

/** Puts a mark on a cell with findings and takes it off one without. Marks are no part of the document. */
export function markCell(
  cell: Cell,
  findings: IFinding[],
  trans: TranslationBundle,
  onClick: (cellId: string) => void
): void {
  const old = cell.node.querySelector<HTMLElement>(`:scope > .${CLASS}`);
  const severity = worst(findings);
  if (!severity) {
    old?.remove();
    return;
  }
  const label = trans._n(
    '%1 MLSec finding in this cell, worst: %2',
    '%1 MLSec findings in this cell, worst: %2',
    findings.length,
    severity
  );
  const mark = old ?? document.createElement('button');
  mark.className = CLASS;
  mark.dataset.severity = severity;
  mark.textContent = `⚠ ${findings.length}`;
  mark.title = label;
  mark.setAttribute('aria-label', label);
  mark.onclick = () => onClick(cell.model.id);
  if (!old) {
    cell.node.appendChild(mark);
  }
}
