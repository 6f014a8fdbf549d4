import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, type Locator } from '@playwright/test';

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

interface ILiveMessage {
  cells: { [id: string]: unknown };
}

/** What the page sends to be scanned from now on: the ids of the cells of each message. */
export class Sent {
  readonly messages: string[][] = [];

  constructor(page: IJupyterLabPageFixture) {
    page.on('request', request => {
      if (
        request.method() === 'POST' &&
        request.url().includes('/mlsec-lab/live')
      ) {
        const { cells } = request.postDataJSON() as ILiveMessage;
        this.messages.push(Object.keys(cells));
        this._last = Date.now();
      }
    });
  }

  /** Opening a notebook changes it a little (trust, kernel name): wait until that has been scanned, then forget it. */
  async settle(): Promise<void> {
    await expect.poll(() => Date.now() - this._last).toBeGreaterThan(1500);
    this.messages.length = 0;
  }

  private _last = Date.now();
}
