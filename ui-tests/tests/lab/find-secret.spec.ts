import { expect, test } from '@jupyterlab/galata';

import { fakeKey, notebook, showPanel } from '../support';

test('a leaked key is found, clicked, deleted and gone', async ({
  page,
  tmpPath
}) => {
  const key = fakeKey();
  const path = `${tmpPath}/leak.ipynb`;
  await page.contents.uploadContent(
    notebook('import os', `client = Client(api_key="${key}")`),
    'text',
    path
  );
  await page.notebook.openByPath(path);
  await showPanel(page);

  const finding = page.locator('#mlsec-panel .jp-mlsec-finding');
  await expect(finding).toHaveCount(1);
  await expect(finding).toContainText('OpenAI API key');
  expect(await page.locator('#mlsec-panel').innerHTML()).not.toContain(
    key.slice(20, 28)
  );
  await expect(page.locator('.jp-mlsec-mark')).toHaveCount(1);

  await finding.click();
  const selected = await page.evaluate(() => {
    const panel = window.jupyterapp.shell.currentWidget as unknown as {
      content: {
        activeCell: {
          editor: {
            getSelection(): {
              start: { column: number };
              end: { column: number };
            };
          };
        };
      };
    };
    const { start, end } = panel.content.activeCell.editor.getSelection();
    return [start.column, end.column];
  });
  expect(selected).toEqual([25, 25 + key.length].map(column => column - 1));

  await page.keyboard.press('Delete');
  await expect(finding).toHaveCount(0);
  await expect(page.locator('.jp-mlsec-mark')).toHaveCount(0);
});

test('the panel is legible in the dark', async ({ page, tmpPath }) => {
  const path = `${tmpPath}/dark.ipynb`;
  await page.contents.uploadContent(
    notebook(`token = "${fakeKey()}"`),
    'text',
    path
  );
  await page.theme.setDarkTheme();
  await page.notebook.openByPath(path);
  await showPanel(page);
  await expect(page.locator('#mlsec-panel .jp-mlsec-finding')).toHaveCount(1);
  const colours = await page.locator('#mlsec-panel').evaluate(node => {
    const style = getComputedStyle(node);
    return [style.color, style.backgroundColor];
  });
  expect(colours[0]).not.toBe(colours[1]);
  expect(await page.evaluate(() => document.body.dataset.jpThemeLight)).toBe(
    'false'
  );
});

test('a server without the extension gives a quiet notice', async ({
  page,
  tmpPath
}) => {
  await page.route('**/mlsec-lab/**', route =>
    route.fulfill({ status: 404, body: '<html>no such page</html>' })
  );
  const path = `${tmpPath}/missing.ipynb`;
  await page.contents.uploadContent(notebook('x = 1'), 'text', path);
  await page.notebook.openByPath(path);
  await showPanel(page);
  await expect(page.locator('#mlsec-panel')).toContainText(
    'does not have the mlsec-lab extension'
  );
});
