import type { IEdit } from '../api/fixes';
import { edited } from '../editor/edits';
import { changedLine } from '../model/changes';

const at = (
  pointer: (string | number)[],
  start: number | null,
  end: number | null,
  replacement = ''
): IEdit => ({ cell_id: 'a', pointer, start, end, replacement });

test('edits of one text are made at their places, code points counted', () => {
  const root = { outputs: [{ text: ['🔑 one two\n', 'one'] }] };
  const result = edited(root, [
    at(['outputs', 0, 'text'], 2, 5, '•••'),
    at(['outputs', 0, 'text'], 10, 13, '••')
  ]);
  expect(result).toEqual({ outputs: [{ text: '🔑 ••• two\n••' }] });
  expect(root).toEqual({ outputs: [{ text: ['🔑 one two\n', 'one'] }] });
});

test('members and items are removed, later ones first', () => {
  const root = {
    outputs: [{ text: 'a' }, { text: 'b' }, { text: 'c' }],
    metadata: { x: 1, y: 2 }
  };
  expect(
    edited(root, [
      at(['outputs', 0], null, null),
      at(['outputs', 2], null, null),
      at(['metadata', 'x'], null, null)
    ])
  ).toEqual({ outputs: [{ text: 'b' }], metadata: { y: 2 } });
});

test('a place that is not there any more is refused', () => {
  expect(() => edited({}, [at(['outputs', 0, 'text'], 0, 1)])).toThrow(
    'not there any more'
  );
});

test('a changed line shows what comes in and never what goes out', () => {
  const source = 'import os\nf(a="SECRET1", b="SECRET2")\n';
  const first = at(['source'], 14, 23, 'os.environ["A"]');
  const second = at(['source'], 27, 36, 'os.environ["B"]');
  const line = changedLine({ source }, first, [first, second]);
  expect(line).toEqual({
    before: 'f(a=',
    after: ', b=•••••••••)',
    removes: true,
    adds: 'os.environ["A"]'
  });
});
