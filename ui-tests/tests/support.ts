import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

const LETTERS = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** A fake key of the form that a well-known provider has: drawn at random, worth nothing. */
export function fakeKey(): string {
  const draw = (n: number): string =>
    Array.from(
      { length: n },
      () => LETTERS[Math.floor(Math.random() * LETTERS.length)]
    ).join('');
  return ['sk', 'proj', draw(120)].join('-');
}

/** The JSON of a notebook with these code cells. */
export function notebook(...sources: string[]): string {
  const cells = sources.map((source, index) => ({
    cell_type: 'code',
    id: `cell-${index}`,
    metadata: {},
    execution_count: null,
    outputs: [],
    source
  }));
  return JSON.stringify({
    cells,
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5
  });
}

/** Show the panel. */
export async function showPanel(page: IJupyterLabPageFixture): Promise<void> {
  await page.evaluate(() =>
    window.jupyterapp.commands.execute('mlsec:show-panel')
  );
}
