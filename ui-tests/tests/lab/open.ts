import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { showPanel } from '../support';

/** Open a notebook with the panel beside it; the findings in the panel. */
export async function open(
  page: IJupyterLabPageFixture,
  path: string,
  content: string
): Promise<Locator> {
  await page.contents.uploadContent(content, 'text', path);
  await page.notebook.openByPath(path);
  await showPanel(page);
  return page.locator('#mlsec-panel .jp-mlsec-finding');
}

/** The selection in the active cell: line and column where it starts and ends, from 0. */
export async function selection(
  page: IJupyterLabPageFixture
): Promise<number[]> {
  return page.evaluate(() => {
    type Position = { line: number; column: number };
    const panel = window.jupyterapp.shell.currentWidget as unknown as {
      content: {
        activeCell: {
          editor: { getSelection(): { start: Position; end: Position } };
        };
      };
    };
    const { start, end } = panel.content.activeCell.editor.getSelection();
    return [start.line, start.column, end.line, end.column];
  });
}
