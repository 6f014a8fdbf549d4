import { test } from '@playwright/test';

import { findAndDelete } from '../story';

test('Notebook 7 shows findings in its right sidebar', async ({
  page,
  baseURL
}) => {
  await findAndDelete(page, baseURL!, '/notebooks', 'notebook7');
});
