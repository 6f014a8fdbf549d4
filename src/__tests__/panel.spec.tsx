import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { createRoot, type Root } from 'react-dom/client';

import type { IFinding, IReport } from '../api/_schema';
import { type IPanelProps, Panel } from '../components/panel';
import { NO_FILTER } from '../model/filter';

const trans = nullTranslator.load('mlsec_lab');

function finding(values: Partial<IFinding>): IFinding {
  return {
    rule_id: 'secret/jwt',
    category: 'secret',
    severity: 'high',
    confidence: 'high',
    message: 'JSON Web Token in a code cell',
    preview: '…',
    fingerprint: 'mf1:0',
    remediation: 'Rotate it.',
    references: [],
    properties: {},
    location: {
      path: 'a.ipynb',
      cell_index: 3,
      cell_id: 'd',
      surface: 'source',
      line: 2
    },
    ...values
  } as unknown as IFinding;
}

function report(...findings: IFinding[]): IReport {
  return {
    findings,
    suppressed: [],
    summary: { cells: 4, complete: true, below_confidence: 0 },
    checks: [
      { check: 'secret', status: 'ran', reason: null, enable: null },
      {
        check: 'pii',
        status: 'skipped',
        reason: 'not installed',
        enable: 'pip install it'
      }
    ]
  } as unknown as IReport;
}

let host: HTMLDivElement;
let root: Root;

beforeEach(() => {
  (
    globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
  ).IS_REACT_ACT_ENVIRONMENT = true;
  host = document.body.appendChild(document.createElement('div'));
  root = createRoot(host);
});

afterEach(() => {
  React.act(() => root.unmount());
  host.remove();
});

function draw(values: Partial<IPanelProps>): void {
  const props: IPanelProps = {
    name: 'a.ipynb',
    state: 'ready',
    failure: '',
    report: null,
    filter: NO_FILTER,
    selected: null,
    notice: '',
    canRevert: false,
    trans,
    onFilter: () => undefined,
    onOpen: () => undefined,
    onScan: () => undefined,
    onFix: () => undefined,
    onPreview: () => undefined,
    onRevert: () => undefined,
    ...values
  };
  React.act(() => root.render(<Panel {...props} />));
}

const texts = (selector: string): string[] =>
  Array.from(host.querySelectorAll(selector), node => node.textContent ?? '');

test('findings stand under their severity, worst first', () => {
  draw({
    report: report(
      finding({ severity: 'low', message: 'B', fingerprint: 'mf1:1' }),
      finding({ severity: 'critical', message: 'A' })
    )
  });
  expect(texts('.jp-mlsec-group')).toEqual(['critical (1)', 'low (1)']);
  expect(texts('.jp-mlsec-finding-message')).toEqual(['A', 'B']);
  expect(texts('.jp-mlsec-finding-place')[0]).toBe(
    'Cell 4, line 2 · critical · high confidence'
  );
});

test('what was not checked is said', () => {
  draw({ report: report() });
  expect(texts('summary')).toEqual(['Not checked (1)']);
  expect(texts('details li')).toEqual([
    'pii (skipped): not installed pip install it'
  ]);
});

test.each([
  ['empty', 'Open a notebook'],
  ['scanning', 'Scanning'],
  ['failed', 'The scan failed. because'],
  ['missing', 'does not have the mlsec-lab extension']
] as const)('the %s state says so', (state, text) => {
  draw({ state, failure: 'because' });
  expect(texts('[role=status]')[0]).toContain(text);
});

test('a click opens, the arrows move', () => {
  const opened: string[] = [];
  draw({
    report: report(
      finding({ message: 'A' }),
      finding({ message: 'B', fingerprint: 'mf1:1' })
    ),
    onOpen: finding => opened.push(finding.message)
  });
  const [first, second] = Array.from(
    host.querySelectorAll<HTMLButtonElement>('.jp-mlsec-finding')
  );
  React.act(() => second.click());
  expect(opened).toEqual(['B']);
  first.focus();
  const press = (key: string): boolean =>
    (document.activeElement as HTMLElement).dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
    );
  press('ArrowDown');
  expect(document.activeElement).toBe(second);
  press('ArrowUp');
  expect(document.activeElement).toBe(first);
});

test('a chip hides its severity', () => {
  const filters: string[][] = [];
  draw({
    report: report(
      finding({}),
      finding({ severity: 'low', fingerprint: 'mf1:1' })
    ),
    onFilter: filter => filters.push(filter.hiddenSeverities)
  });
  const chip = host.querySelectorAll<HTMLButtonElement>('.jp-mlsec-chip')[1];
  expect(chip.textContent).toBe('low 1');
  React.act(() => chip.click());
  expect(filters).toEqual([['low']]);
});

test('fixes are offered for the selected finding and for all', () => {
  const fixed: [number, string | null][] = [];
  const one = finding({ properties: { fixes: ['environment', 'mask'] } });
  draw({
    report: report(one, finding({ fingerprint: 'mf1:1' })),
    selected: one,
    onFix: (findings, kind) => fixed.push([findings.length, kind])
  });
  const buttons = Array.from(
    host.querySelectorAll<HTMLButtonElement>('.jp-mlsec-button')
  );
  const click = (text: string): void => {
    const button = buttons.find(item => item.textContent === text);
    React.act(() => button?.click());
  };
  click('Fix all safe (1)');
  click('Mask');
  expect(fixed).toEqual([
    [1, null],
    [1, 'mask']
  ]);
});

test('a finding without fixes offers none', () => {
  const one = finding({});
  draw({ report: report(one), selected: one });
  expect(texts('.jp-mlsec-actions, .jp-mlsec-bulk')).toEqual([]);
  expect(texts('.jp-mlsec-detail p')).toEqual(['Rotate it.']);
});
