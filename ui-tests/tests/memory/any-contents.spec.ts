import { expect, test } from '@jupyterlab/galata';

import { fakeKey, notebook } from '../support';
import { open } from '../lab/open';

test('notebooks that are no files are scanned too', async ({
  page,
  tmpPath
}) => {
  const finding = await open(
    page,
    `${tmpPath}/memory.ipynb`,
    notebook(`key = "${fakeKey()}"`)
  );
  await expect(finding).toHaveCount(1);
});
