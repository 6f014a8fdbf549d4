import type { Page } from '@playwright/test';

const LETTERS = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const PREFIX = ['sk', 'proj', ''].join('-');

/** A fake key of the form that a well-known provider has: drawn at random, worth nothing. */
export function fakeKey(): string {
  const letters = Array.from(
    { length: 120 },
    () => LETTERS[Math.floor(Math.random() * LETTERS.length)]
  );
  return PREFIX + letters.join('');
}

/** Every run of eight characters of a key outside its public prefix. */
export function pieces(key: string): string[] {
  const secret = key.slice(PREFIX.length);
  return Array.from({ length: secret.length - 7 }, (_, i) =>
    secret.slice(i, i + 8)
  );
}

/** Which pieces of a key a text has. */
export function leaked(text: string, key: string): string[] {
  return pieces(key).filter(piece => text.includes(piece));
}

/** A code cell; its output is one stream. */
export interface ICell {
  source: string;
  printed?: string;
}

/** The JSON of a notebook with these code cells. */
export function notebook(...items: (string | ICell)[]): string {
  const cells = items
    .map(item => (typeof item === 'string' ? { source: item } : item))
    .map(({ source, printed }: ICell, index) => ({
      cell_type: 'code',
      id: `cell-${index}`,
      metadata: {},
      execution_count: null,
      outputs: printed
        ? [{ output_type: 'stream', name: 'stdout', text: printed }]
        : [],
      source
    }));
  const kernelspec = {
    name: 'python3',
    display_name: 'Python 3',
    language: 'python'
  };
  return JSON.stringify({
    cells,
    metadata: { kernelspec },
    nbformat: 4,
    nbformat_minor: 5
  });
}

/** Run one of JupyterLab's commands. */
export async function run(page: Page, command: string): Promise<void> {
  await page.evaluate(
    id => window.jupyterapp.commands.execute(id),
    command as string
  );
}

/** Show the panel. */
export async function showPanel(page: Page): Promise<void> {
  await run(page, 'mlsec:show-panel');
}

/** A picture to look at; no test compares it. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `test-results/pictures/${name}.png` });
}

/** The contrast of an element's text on what lies behind it, as WCAG 2 counts it (1 to 21). */
export async function contrast(page: Page, selector: string): Promise<number> {
  return page
    .locator(selector)
    .first()
    .evaluate(node => {
      const canvas = document.createElement('canvas').getContext('2d')!;
      const luminance = (colour: string): number => {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = Array.from(canvas.getImageData(0, 0, 1, 1).data)
          .map(value => value / 255)
          .map(value =>
            value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
          );
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      let behind: Element | null = node;
      let background = 'rgba(0, 0, 0, 0)';
      while (behind && /, 0\)$|transparent/.test(background)) {
        background = getComputedStyle(behind).backgroundColor;
        behind = behind.parentElement;
      }
      const pair = [getComputedStyle(node).color, background].map(luminance);
      return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    });
}
