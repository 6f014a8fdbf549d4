import { withoutMedia } from '../model/media';

const image = 'iVBORw0KGgo'.padEnd(400, 'A') + '=';

function output(data: { [mime: string]: string | string[] }): unknown {
  const cell = withoutMedia({
    cell_type: 'code',
    outputs: [{ output_type: 'display_data', data }]
  });
  return (cell.outputs as { data: unknown }[])[0].data;
}

test('images leave, length and hash stay', () => {
  expect(output({ 'image/png': image })).toEqual({
    'image/png': {
      $media: [image.length, expect.stringMatching(/^[0-9a-f]+$/)]
    }
  });
  expect(
    output({ 'image/png': [image.slice(0, 200), image.slice(200)] })
  ).toEqual(output({ 'image/png': image }));
});

test('a changed image has another hash', () => {
  expect(output({ 'image/png': image })).not.toEqual(
    output({ 'image/png': image.replace('A', 'B') })
  );
});

test.each([
  ['text/plain', image],
  ['image/svg+xml', '<svg>'.padEnd(100, ' ')],
  ['image/png', 'somebody wrote a sentence here'.padEnd(100, '!')],
  ['image/png', 'short']
])('%s that may be read stays', (mime, value) => {
  expect(output({ [mime]: value })).toEqual({ [mime]: value });
});

test('attachments lose their images too', () => {
  const cell = withoutMedia({
    cell_type: 'markdown',
    attachments: {
      'a.png': { 'image/png': image },
      'b.txt': { 'text/plain': 'x' }
    }
  });
  expect(cell.attachments).toEqual({
    'a.png': { 'image/png': { $media: [image.length, expect.any(String)] } },
    'b.txt': { 'text/plain': 'x' }
  });
});
