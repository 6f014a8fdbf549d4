import { expect, test } from '@jupyterlab/galata';

import { fakeKey, leaked, notebook, picture } from '../support';

test('%mlsec shows the notebook as it is in the editor', async ({
  page,
  tmpPath
}) => {
  const key = fakeKey();
  const path = `${tmpPath}/magic.ipynb`;
  await page.contents.uploadContent(
    notebook('a = 1', '%load_ext mlsec_lab\n%mlsec'),
    'text',
    path
  );
  await page.notebook.openByPath(path);
  await page.notebook.enterCellEditingMode(0);
  await page.keyboard.press('End');
  await page.keyboard.insertText(`; key = "${key}"`);
  await page.notebook.runCell(1, true);
  const output = page
    .locator('.jp-Notebook-cell')
    .nth(1)
    .locator('.jp-OutputArea');
  await expect(output).toContainText('OpenAI API key', { timeout: 60000 });
  expect(leaked(await output.innerHTML(), key)).toEqual([]);
  await picture(page, 'magic');
});
