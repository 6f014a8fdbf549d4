import { expect, type Page } from '@playwright/test';

import { fakeKey, notebook, picture } from './support';

/**
 * The main story with nothing but the page: save a notebook with a key, open it, see it, click it, delete it.
 * It needs no test helpers of the front end's version, so it runs on every version.
 */
export async function findAndDelete(
  page: Page,
  server: string,
  open: string,
  name: string
): Promise<void> {
  const content = JSON.parse(notebook(`key = "${fakeKey()}"`)) as unknown;
  const saved = await page.request.put(`${server}/api/contents/${name}.ipynb`, {
    data: { type: 'notebook', format: 'json', content }
  });
  expect(saved.ok()).toBe(true);
  await page.goto(`${server}${open}/${name}.ipynb`);
  const mark = page.locator('.jp-mlsec-mark');
  await expect(mark).toHaveCount(1, { timeout: 60000 });
  await mark.click();
  const finding = page.locator('#mlsec-panel .jp-mlsec-finding');
  await expect(finding).toHaveCount(1);
  await expect(finding).toContainText('OpenAI API key');
  await finding.click();
  await picture(page, name);
  await page.keyboard.press('Delete');
  await expect(finding).toHaveCount(0);
  await expect(mark).toHaveCount(0);
}
