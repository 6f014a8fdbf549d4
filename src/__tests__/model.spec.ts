import type { IFinding } from '../api/_schema';
import {
  applyFilter,
  bySeverity,
  NO_FILTER,
  toggled,
  worst
} from '../model/filter';
import { editorPosition } from '../model/position';

function finding(severity: IFinding['severity'], cell: string): IFinding {
  return {
    severity,
    category: 'secret',
    location: { cell_id: cell }
  } as unknown as IFinding;
}

const FOUND = [
  finding('low', 'a'),
  finding('critical', 'b'),
  finding('low', 'b')
];

test('columns count code points, editors count UTF-16 units', () => {
  expect(editorPosition('x = 1\n😀 key', 2, 3)).toEqual({ line: 1, column: 3 });
  expect(editorPosition('abc', 1, 2)).toEqual({ line: 0, column: 1 });
});

test('filters hide severities and other cells', () => {
  const hidden = { ...NO_FILTER, hiddenSeverities: ['low' as const] };
  expect(applyFilter(FOUND, hidden)).toEqual([FOUND[1]]);
  expect(applyFilter(FOUND, { ...NO_FILTER, cellId: 'b' })).toEqual(
    FOUND.slice(1)
  );
});

test('groups come worst first', () => {
  expect(bySeverity(FOUND).map(([name]) => name)).toEqual(['critical', 'low']);
  expect(worst(FOUND)).toBe('critical');
  expect(worst([])).toBeNull();
});

test('toggling adds and takes away', () => {
  expect(toggled(['a'], 'b')).toEqual(['a', 'b']);
  expect(toggled(['a', 'b'], 'a')).toEqual(['b']);
});
