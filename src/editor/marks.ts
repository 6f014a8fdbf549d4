import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IFinding } from '../api/_schema';
import { worst } from '../model/filter';

const CLASS = 'jp-mlsec-mark';

/** Puts a mark on each cell with findings and takes it off the others. Marks are no part of the document. */
export function markCells(
  panel: NotebookPanel,
  findings: IFinding[],
  trans: TranslationBundle,
  onClick: (cellId: string) => void
): void {
  const byCell = new Map<string, IFinding[]>();
  for (const finding of findings) {
    const id = finding.location.cell_id;
    if (id) {
      byCell.set(id, [...(byCell.get(id) ?? []), finding]);
    }
  }
  for (const cell of panel.content.widgets) {
    markCell(cell, byCell.get(cell.model.id) ?? [], trans, onClick);
  }
}

function markCell(
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
