import { expect, test } from '@jupyterlab/galata';

import { contrast, fakeKey, notebook, picture } from '../support';
import { open } from './open';

const TEXTS = [
  '.jp-mlsec-finding-message',
  '.jp-mlsec-finding-place',
  '.jp-mlsec-preview',
  '.jp-mlsec-group',
  '.jp-mlsec-chip',
  '.jp-mlsec-foot summary',
  '.jp-mlsec-mark'
];

for (const theme of ['JupyterLab Light', 'JupyterLab Dark']) {
  test(`the panel is legible in ${theme}`, async ({ page, tmpPath }) => {
    await page.theme.setTheme(theme);
    const finding = await open(
      page,
      `${tmpPath}/theme.ipynb`,
      notebook(`token = "${fakeKey()}"`)
    );
    await expect(finding).toHaveCount(1);
    await picture(page, theme.replace(' ', '-'));
    for (const text of TEXTS) {
      expect
        .soft(await contrast(page, text), `contrast of ${text}`)
        .toBeGreaterThanOrEqual(4.5);
    }
  });
}
