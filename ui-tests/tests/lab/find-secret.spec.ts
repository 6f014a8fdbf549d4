import { expect, test } from '@jupyterlab/galata';

import { fakeKey, notebook, picture, run } from '../support';
import { open, selection, Sent } from './open';

test('a leaked key is found, clicked, deleted, gone, and back with undo', async ({
  page,
  tmpPath
}) => {
  const key = fakeKey();
  const source = `"🔑"; client = Client(api_key="${key}")`;
  const finding = await open(
    page,
    `${tmpPath}/leak.ipynb`,
    notebook('import os', source)
  );
  await expect(finding).toHaveCount(1);
  await expect(finding).toContainText('OpenAI API key');
  await expect(finding).toContainText('Cell 2, line 1');
  const mark = page.locator('.jp-mlsec-mark');
  await expect(mark).toHaveCount(1);
  await expect(mark).toHaveAccessibleName(
    '1 MLSec finding in this cell, worst: critical'
  );
  await expect(page.locator('.jp-mlsec-status')).toHaveText('MLSec: 1');
  await picture(page, 'light');

  await finding.click();
  const start = source.indexOf(key);
  await expect
    .poll(() => selection(page))
    .toEqual([0, start, 0, start + key.length]);
  await picture(page, 'clicked');
  await page.locator('.jp-mlsec-underline').first().hover();
  await expect(page.locator('.cm-tooltip-lint')).toContainText(
    'OpenAI API key in a code cell'
  );
  await picture(page, 'hover');

  await page.keyboard.press('Delete');
  await expect(finding).toHaveCount(0);
  await expect(mark).toHaveCount(0);
  await expect(page.locator('.jp-mlsec-status')).toHaveText('MLSec: 0');
  await page.keyboard.press('Control+z');
  await expect(finding).toHaveCount(1);
});

test('an unsaved edit is scanned, and only its cell is sent', async ({
  page,
  tmpPath
}) => {
  const sent = new Sent(page);
  const finding = await open(
    page,
    `${tmpPath}/edit.ipynb`,
    notebook('a = 1', 'b = 2', 'c = 3')
  );
  await expect(page.locator('#mlsec-panel [role=status]')).toContainText(
    'Nothing found in 3 cells'
  );
  await sent.settle();
  await page.notebook.enterCellEditingMode(1);
  await page.keyboard.press('End');
  await page.keyboard.insertText(`; key = "${fakeKey()}"`);
  await expect(finding).toHaveCount(1);
  expect(new Set(sent.messages.flat())).toEqual(new Set(['cell-1']));
});

test('a finding in an output is scrolled to', async ({ page, tmpPath }) => {
  const cells = Array.from({ length: 40 }, (_, i) => `x = ${i}`);
  const finding = await open(
    page,
    `${tmpPath}/output.ipynb`,
    notebook(...cells, { source: 'show()', printed: `key: ${fakeKey()}\n` })
  );
  await expect(finding).toContainText('Cell 41, output 1');
  await finding.click();
  await expect(
    page.getByRole('group', { name: 'MLSec findings in this output' })
  ).toContainText('OpenAI API key in an output');
  await picture(page, 'output');
  await expect(
    page.locator('.jp-OutputArea-child').filter({ hasText: 'key:' })
  ).toBeInViewport();
});

test('filters, the cell mark and the keyboard narrow and walk the list', async ({
  page,
  tmpPath
}) => {
  const finding = await open(
    page,
    `${tmpPath}/many.ipynb`,
    notebook(`a = "${fakeKey()}"`, `b = "${fakeKey()}"`)
  );
  await expect(finding).toHaveCount(2);
  await page.locator('.jp-mlsec-chip', { hasText: 'critical 2' }).click();
  await expect(finding).toHaveCount(0);
  await expect(page.locator('#mlsec-panel [role=status]')).toContainText(
    '0 of 2 findings shown'
  );
  await page.locator('.jp-mlsec-chip', { hasText: 'critical 2' }).click();
  await page.locator('.jp-mlsec-mark').nth(1).click();
  await expect(finding).toHaveCount(1);
  await expect(finding).toContainText('Cell 2');
  await page.locator('.jp-mlsec-chip', { hasText: 'only this cell' }).click();
  await expect(finding).toHaveCount(2);

  await finding.first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(finding.nth(1)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect.poll(() => selection(page)).toEqual([0, 5, 0, 133]);
  await run(page, 'mlsec:next-finding');
  await page.locator('#mlsec-panel summary').click();
  await expect(page.locator('#mlsec-panel details')).toHaveAttribute('open');
  await picture(page, 'not-checked');
});

test('the toolbar button and the palette scan', async ({ page, tmpPath }) => {
  await open(page, `${tmpPath}/button.ipynb`, notebook('a = 1'));
  const sent = new Sent(page);
  await sent.settle();
  await page
    .locator('.jp-NotebookPanel-toolbar [data-command="mlsec:scan-notebook"]')
    .click();
  await expect.poll(() => sent.messages).toEqual([[]]);
  // A kernel that connects meanwhile takes the focus, and the palette closes: open it again.
  await expect(async () => {
    await run(page, 'apputils:activate-command-palette');
    await page
      .locator('.lm-CommandPalette-input')
      .fill('mlsec', { timeout: 2000 });
    await expect(
      page.locator('.lm-CommandPalette-itemLabel', {
        hasText: 'Scan Notebook for Leaks'
      })
    ).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 30000 });
});
