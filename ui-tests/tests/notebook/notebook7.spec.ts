import { expect, test } from '@playwright/test';

import { fakeKey, notebook, picture } from '../support';

test('Notebook 7 shows findings in its right sidebar', async ({
  page,
  request,
  baseURL
}) => {
  const content = JSON.parse(notebook(`key = "${fakeKey()}"`)) as unknown;
  const saved = await request.put(`${baseURL}/api/contents/leak7.ipynb`, {
    data: { type: 'notebook', format: 'json', content }
  });
  expect(saved.ok()).toBe(true);
  await page.goto(`${baseURL}/notebooks/leak7.ipynb`);
  await page.waitForFunction(() => 'jupyterapp' in window);
  const mark = page.locator('.jp-mlsec-mark');
  await expect(mark).toHaveCount(1);
  await mark.click();
  const finding = page.locator('#mlsec-panel .jp-mlsec-finding');
  await expect(finding).toHaveCount(1);
  await finding.click();
  await picture(page, 'notebook7');
  await page.keyboard.press('Delete');
  await expect(finding).toHaveCount(0);
});
