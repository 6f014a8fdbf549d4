import { expect, test } from '@jupyterlab/galata';

import { notebook, picture, showPanel } from '../support';
import { open } from './open';

const MISSING = 'does not have the mlsec-lab extension';
const ANSWERS = [
  {
    name: 'no extension',
    status: 404,
    body: '<html>no such page</html>',
    says: MISSING
  },
  { name: 'nonsense', status: 200, body: '{"hello": "world"}', says: MISSING },
  {
    name: 'a failure',
    status: 500,
    body: '{"status": "error", "message": "The disk is full.", "hint": "Make room."}',
    says: 'The scan failed. The disk is full. Make room.'
  }
];

for (const { name, status, body, says } of ANSWERS) {
  test(`a server that answers with ${name} gives a quiet notice`, async ({
    page,
    tmpPath
  }) => {
    await page.route('**/mlsec-lab/**', route =>
      route.fulfill({ status, body })
    );
    await open(page, `${tmpPath}/state.ipynb`, notebook('x = 1'));
    const panel = page.locator('#mlsec-panel');
    await expect(panel).toContainText(says);
    await expect(page.locator('.jp-Dialog')).toHaveCount(0);
    await expect(page.locator('.jp-mlsec-status')).toHaveText('MLSec: –');
    await picture(page, `state-${status}`);
    await page.unroute('**/mlsec-lab/**');
    await panel.getByRole('button', { name: 'Retry' }).click();
    await expect(panel).toContainText('Nothing found in 1 cells');
  });
}

test('without a notebook the panel says what to do', async ({ page }) => {
  await showPanel(page);
  await expect(page.locator('#mlsec-panel')).toContainText('Open a notebook');
});
