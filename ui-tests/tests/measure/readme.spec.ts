import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';

test('the picture of the README', async ({ page, baseURL }) => {
  const content = JSON.parse(
    readFileSync('../examples/leaky.ipynb', 'utf-8')
  ) as unknown;
  await page.request.put(`${baseURL}/api/contents/churn.ipynb`, {
    data: { type: 'notebook', format: 'json', content }
  });
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto(`${baseURL}/lab/tree/churn.ipynb`);
  await page.waitForFunction(() => 'jupyterapp' in window);
  await expect(page.locator('.jp-mlsec-mark').first()).toBeVisible();
  await page.evaluate(async () => {
    const { commands } = window.jupyterapp;
    await commands.execute('mlsec:show-panel');
    await commands.execute('application:toggle-left-area');
  });
  await page.locator('#mlsec-panel .jp-mlsec-finding').nth(1).click();
  // The keys are fakes; a picture of anything like a key is still a bad example.
  await page.addStyleTag({
    content:
      '.Toastify { display: none; } .hidden-here { color: transparent !important; background: #888a; border-radius: 3px; }'
  });
  await page.evaluate(() => {
    for (const span of Array.from(document.querySelectorAll('.cm-line span'))) {
      if (/^['"f].{20}/.test(span.textContent ?? '')) {
        span.classList.add('hidden-here');
      }
    }
  });
  await page.waitForTimeout(1000);
  await page.screenshot({ path: '../docs/images/panel.png' });
});
