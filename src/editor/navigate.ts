import type { CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';

import type { IFinding } from '../api/_schema';
import { editorPosition } from '../model/position';

/** Go to a finding: select the span in its cell, or scroll to the output. */
export async function openFinding(
  panel: NotebookPanel,
  finding: IFinding
): Promise<void> {
  const notebook = panel.content;
  const place = finding.location;
  const index = notebook.widgets.findIndex(
    cell => cell.model.id === place.cell_id
  );
  if (index < 0) {
    return;
  }
  notebook.activeCellIndex = index;
  notebook.deselectAll();
  await notebook.scrollToItem(index, 'smart');
  const cell = notebook.widgets[index];
  await cell.ready;
  if (place.surface === 'source' && place.line && place.column) {
    cell.inputHidden = false;
    const source = cell.model.sharedModel.getSource();
    const start = editorPosition(source, place.line, place.column);
    const end =
      place.end_line && place.end_column
        ? editorPosition(source, place.end_line, place.end_column)
        : start;
    notebook.mode = 'edit';
    cell.editor?.focus();
    cell.editor?.setSelection({ start, end });
    cell.editor?.revealSelection({ start, end });
    return;
  }
  const area = (cell as CodeCell).outputArea;
  const output =
    place.output_index !== null
      ? area?.node.querySelectorAll('.jp-OutputArea-child')[place.output_index]
      : null;
  const target = output ?? cell.node;
  target.scrollIntoView({ block: 'center' });
  flash(target);
}

function flash(node: Element): void {
  node.classList.remove('jp-mlsec-flash');
  requestAnimationFrame(() => node.classList.add('jp-mlsec-flash'));
  window.setTimeout(() => node.classList.remove('jp-mlsec-flash'), 2000);
}
