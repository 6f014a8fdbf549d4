import { expect, test } from '@playwright/test';

import { fakeKey, notebook } from '../support';

test('Notebook 7 shows findings in its right sidebar', async ({
  page,
  request,
  baseURL
}) => {
  const content = JSON.parse(notebook(`key = "${fakeKey()}"`));
  const saved = await request.put(`${baseURL}/api/contents/leak7.ipynb`, {
    data: { type: 'notebook', format: 'json', content }
  });
  expect(saved.ok()).toBe(true);
  await page.goto(`${baseURL}/notebooks/leak7.ipynb`);
  await page.waitForFunction(() => 'jupyterapp' in window);
  await expect(page.locator('.jp-mlsec-mark')).toHaveCount(1);
  await page.locator('.jp-mlsec-mark').click();
  await expect(page.locator('#mlsec-panel .jp-mlsec-finding')).toHaveCount(1);
});
