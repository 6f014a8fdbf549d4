import { expect, test } from '@jupyterlab/galata';

import { fakeKey, leaked, notebook } from '../support';
import { open } from './open';

test('no channel of ours carries a value', async ({ page, tmpPath }) => {
  const key = fakeKey();
  const seen: { [channel: string]: string } = { console: '', answers: '' };
  page.on('console', message => {
    seen.console += message.text();
  });
  page.on('response', async response => {
    if (response.url().includes('/mlsec-lab/')) {
      seen.answers += await response.text();
    }
  });
  const finding = await open(
    page,
    `${tmpPath}/canary.ipynb`,
    notebook(`key = "${key}"`, { source: 'show()', printed: `key: ${key}\n` })
  );
  await expect(finding).toHaveCount(2);
  await finding.first().click();
  for (const part of ['#mlsec-panel', '.jp-mlsec-status', '.jp-mlsec-mark']) {
    seen[part] = (
      await page.locator(part).evaluateAll(nodes => nodes.map(n => n.outerHTML))
    ).join();
  }
  seen.storage = await page.evaluate(async () => {
    const stores: unknown[] = [{ ...localStorage }, { ...sessionStorage }];
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name!);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      for (const store of Array.from(database.objectStoreNames)) {
        stores.push(
          await new Promise((resolve, reject) => {
            const request = database
              .transaction(store)
              .objectStore(store)
              .getAll();
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
          })
        );
      }
      database.close();
    }
    return JSON.stringify(stores);
  });
  expect(seen.answers).toContain('openai-api-key');
  expect(seen['#mlsec-panel']).toContain('OpenAI');
  for (const [channel, text] of Object.entries(seen)) {
    expect(leaked(text, key), channel).toEqual([]);
  }
});
