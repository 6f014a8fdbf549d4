import type { JSONObject } from '@lumino/coreutils';

import type { ILiveRequest } from '../api/_schema';
import type { IClient, LiveAnswer } from '../api/client';
import type { IFixAnswer } from '../api/fixes';
import { type ILiveNotebook, LiveSession } from '../model/live';

class FakeNotebook implements ILiveNotebook {
  path = 'a.ipynb';
  nbformat = 4;
  cells = new Map<string, JSONObject>();
  order(): string[] {
    return Array.from(this.cells.keys());
  }
  cell(id: string): JSONObject {
    return this.cells.get(id) ?? {};
  }
  metadata(): JSONObject {
    return { title: 'x' };
  }
}

class FakeClient implements IClient {
  sent: ILiveRequest[] = [];
  waits = 0;
  answers: LiveAnswer['status'][] = [];
  async live(message: ILiveRequest): Promise<LiveAnswer> {
    this.sent.push(message);
    return this._answer(message.revision);
  }
  async result(_: string, revision: number): Promise<LiveAnswer> {
    return this._answer(revision);
  }
  async fix(): Promise<IFixAnswer> {
    return { status: 'done', revision: 1, edits: [], refused: [] };
  }
  async wait(): Promise<void> {
    this.waits += 1;
  }
  async forget(): Promise<void> {
    return;
  }
  private _answer(revision: number): LiveAnswer {
    const status = this.answers.shift() ?? 'done';
    return {
      status,
      revision,
      report: { findings: [] }
    } as unknown as LiveAnswer;
  }
}

function setUp(): [FakeNotebook, FakeClient, LiveSession] {
  const notebook = new FakeNotebook();
  for (const id of ['a', 'b', 'c']) {
    notebook.cells.set(id, { cell_type: 'code', source: id });
  }
  const client = new FakeClient();
  const session = new LiveSession(notebook, client, 's');
  return [notebook, client, session];
}

test('the first message has all cells, a keystroke sends one', async () => {
  const [, client, session] = setUp();
  await session.scan();
  session.touch('b');
  await session.scan();
  expect(Object.keys(client.sent[0].cells)).toEqual(['a', 'b', 'c']);
  expect(client.sent[0].base).toBeNull();
  expect(Object.keys(client.sent[1].cells)).toEqual(['b']);
  expect(client.sent[1].base).toBe(1);
  expect(client.sent[1].metadata).toBeNull();
});

test('a new cell is sent, a deleted one leaves the order', async () => {
  const [notebook, client, session] = setUp();
  await session.scan();
  notebook.cells.delete('a');
  notebook.cells.set('d', { cell_type: 'code', source: 'd' });
  await session.scan();
  expect(client.sent[1].order).toEqual(['b', 'c', 'd']);
  expect(Object.keys(client.sent[1].cells)).toEqual(['d']);
});

test('a resync sends everything again', async () => {
  const [, client, session] = setUp();
  await session.scan();
  session.touch('b');
  client.answers = ['resync'];
  await session.scan();
  expect(client.sent[2].base).toBeNull();
  expect(Object.keys(client.sent[2].cells)).toEqual(['a', 'b', 'c']);
});

test('a running scan is asked for until it is done', async () => {
  const [, client, session] = setUp();
  client.answers = ['running', 'running', 'done'];
  await expect(session.scan()).resolves.toEqual({ findings: [] });
  expect(client.sent).toHaveLength(1);
});
