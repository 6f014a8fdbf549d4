import { expect, test } from '@jupyterlab/galata';

import { fakeKey, notebook, showPanel } from '../support';

test('notebooks that are no files are scanned too', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/memory.ipynb`;
  await page.contents.uploadContent(
    notebook(`key = "${fakeKey()}"`),
    'text',
    path
  );
  await page.notebook.openByPath(path);
  await showPanel(page);
  await expect(page.locator('#mlsec-panel .jp-mlsec-finding')).toHaveCount(1);
});
