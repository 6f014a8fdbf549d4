import { test } from '@playwright/test';

import { findAndDelete } from '../story';

test('any JupyterLab 4 shows findings in its right sidebar', async ({
  page,
  baseURL
}) => {
  await findAndDelete(page, baseURL!, '/doc/tree', 'plain');
});
