import { expect, test } from '@playwright/test';

import { fakeKey, notebook } from '../support';

const MEGABYTES = 5;

/** A notebook of some megabytes: printed tables, and one key near the end. */
function large(): string {
  const row = (i: number): string =>
    `${i}  ${(i * 7919) % 1000}  step ${i} loss ${(1 / (i + 1)).toFixed(6)}\n`;
  const printed = Array.from({ length: 1000 }, (_, i) => row(i)).join('');
  const cells = Array.from(
    { length: Math.ceil((MEGABYTES * 1e6) / printed.length) },
    (_, i) => ({ source: `step(${i})`, printed })
  );
  return notebook(...cells, `key = "${fakeKey()}"`);
}

test('first findings of a large notebook', async ({ page, baseURL }) => {
  const text = large();
  const content = JSON.parse(text) as unknown;
  await page.request.put(`${baseURL}/api/contents/large.ipynb`, {
    data: { type: 'notebook', format: 'json', content }
  });
  await page.goto(`${baseURL}/lab`);
  await page.waitForFunction(() =>
    window.jupyterapp?.commands.hasCommand('mlsec:show-panel')
  );
  const times: number[] = [];
  for (let round = 0; round < 4; round++) {
    times.push(
      await page.evaluate(async () => {
        const { commands } = window.jupyterapp;
        await commands.execute('mlsec:show-panel');
        const opened = (await commands.execute('docmanager:open', {
          path: 'large.ipynb',
          factory: 'Notebook'
        })) as { context: { ready: Promise<void> }; dispose(): void };
        await opened.context.ready;
        const start = performance.now();
        while (!document.querySelector('#mlsec-panel .jp-mlsec-finding')) {
          await new Promise(resolve => setTimeout(resolve, 10));
        }
        const time = performance.now() - start;
        opened.dispose();
        await new Promise(resolve => setTimeout(resolve, 500));
        return time;
      })
    );
  }
  const shown = times.map(time => `${Math.round(time)} ms`).join(', ');
  console.log(
    `${(text.length / 1e6).toFixed(1)} MB: first findings ${shown} after the notebook was there (the first starts the worker)`
  );
  expect(times).toHaveLength(4);
});
