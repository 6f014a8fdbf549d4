import type { Event } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

import { EVENT_SCHEMA } from '../api/_schema';
import { Client, MissingServerError, readAnswer } from '../api/client';

function events(): [Event.IManager, (event: Event.Emission) => void] {
  const manager = {} as { stream: Signal<object, Event.Emission> };
  manager.stream = new Signal<object, Event.Emission>(manager);
  return [
    manager as unknown as Event.IManager,
    event => manager.stream.emit(event)
  ];
}

test('a ping of the session ends the wait, others do not', async () => {
  const [manager, emit] = events();
  const client = new Client(undefined, manager);
  let over = false;
  const wait = client.wait('mine', 60000).then(() => {
    over = true;
  });
  emit({ schema_id: EVENT_SCHEMA, job: 'other' });
  emit({ schema_id: 'https://example.org/else', job: 'mine' });
  await Promise.resolve();
  expect(over).toBe(false);
  emit({ schema_id: EVENT_SCHEMA, job: 'mine' });
  await wait;
  expect(over).toBe(true);
});

test('without pings the wait ends by itself', async () => {
  await new Client().wait('mine', 1);
});

function response(status: number, body: string): Response {
  return {
    status,
    json: async () => JSON.parse(body) as unknown
  } as Response;
}

test.each([
  [200, '<html>'],
  [404, '{"message": "Not Found"}'],
  [200, 'null'],
  [200, '[]']
])(
  'status %d with %s is a server without the extension',
  async (code, body) => {
    await expect(readAnswer(response(code, body))).rejects.toBeInstanceOf(
      MissingServerError
    );
  }
);

test('what may not be done is said', async () => {
  const answer = await readAnswer(response(403, '{}'));
  expect(answer).toMatchObject({
    status: 'error',
    message: 'You may not scan on this server.'
  });
});
