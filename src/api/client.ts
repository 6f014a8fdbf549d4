import { URLExt } from '@jupyterlab/coreutils';
import { type Event, ServerConnection } from '@jupyterlab/services';

import {
  EVENT_SCHEMA,
  type IErrorAnswer,
  type ILiveDone,
  type ILiveRequest,
  type ILiveResync,
  type ILiveRunning
} from './_schema';
import type { IFixAnswer, IFixRequest } from './fixes';

/** The server has no mlsec extension, or something else answers in its place. */
export class MissingServerError extends Error {}

export type LiveAnswer = ILiveDone | ILiveRunning | ILiveResync;

/** What the live session needs of the server. */
export interface IClient {
  live(message: ILiveRequest): Promise<LiveAnswer>;
  result(session: string, revision: number): Promise<LiveAnswer>;
  /** Resolves when the server pings that a session has a result, or after some milliseconds. */
  wait(session: string, milliseconds: number): Promise<void>;
  /** The edits that fix findings of a revision. */
  fix(request: IFixRequest): Promise<IFixAnswer | ILiveResync>;
  forget(session: string): Promise<void>;
}

/** Talks to the server extension. */
export class Client implements IClient {
  constructor(
    private _settings: ServerConnection.ISettings = ServerConnection.makeSettings(),
    private _events?: Event.IManager
  ) {}

  /** Send a live message. */
  async live(message: ILiveRequest): Promise<LiveAnswer> {
    return this._ask<LiveAnswer>('live', {
      method: 'POST',
      body: JSON.stringify(message)
    });
  }

  /** The result of a revision that was still running. */
  async result(session: string, revision: number): Promise<LiveAnswer> {
    return this._ask<LiveAnswer>(`live/${session}?revision=${revision}`, {
      method: 'GET'
    });
  }

  /** The edits that fix findings of a revision; nothing is changed on the server. */
  async fix(request: IFixRequest): Promise<IFixAnswer | ILiveResync> {
    return this._ask<IFixAnswer | ILiveResync>('fix', {
      method: 'POST',
      body: JSON.stringify(request)
    });
  }

  /** Resolves at the session's ping, or after some milliseconds. */
  wait(session: string, milliseconds: number): Promise<void> {
    return new Promise(resolve => {
      const done = (): void => {
        clearTimeout(timer);
        this._events?.stream.disconnect(onEvent);
        resolve();
      };
      // Any client can forge a ping, so it only says when to ask.
      const onEvent = (_: unknown, event: Event.Emission): void => {
        if (event.schema_id === EVENT_SCHEMA && event.job === session) {
          done();
        }
      };
      const timer = setTimeout(done, milliseconds);
      this._events?.stream.connect(onEvent);
    });
  }

  /** Tell the server that a notebook was closed. */
  async forget(session: string): Promise<void> {
    try {
      await this._request(`live/${session}`, { method: 'DELETE' });
    } catch (error) {
      // The server is gone or was never there: it has nothing to forget.
      console.debug('mlsec: could not forget a session', error);
    }
  }

  private _request(noun: string, init: RequestInit): Promise<Response> {
    const url = URLExt.join(this._settings.baseUrl, 'mlsec-lab', noun);
    return ServerConnection.makeRequest(url, init, this._settings);
  }

  private async _ask<T extends { status: string }>(
    noun: string,
    init: RequestInit
  ): Promise<T> {
    let response: Response;
    try {
      response = await this._request(noun, init);
    } catch {
      throw new MissingServerError('The server cannot be reached.');
    }
    const answer = await readAnswer<T>(response);
    if (isError(answer)) {
      throw new Error(`${answer.message} ${answer.hint}`.trim());
    }
    return answer;
  }
}

function isError(answer: { status: string }): answer is IErrorAnswer {
  return answer.status === 'error';
}

/** The answer of a response; anything but our own JSON means that the extension is not there. */
export async function readAnswer<T extends { status: string }>(
  response: Response
): Promise<T | IErrorAnswer> {
  let data: unknown;
  try {
    data = await response.json();
  } catch {
    throw new MissingServerError('The server does not answer in JSON.');
  }
  const status = (data as { status?: unknown } | null)?.status;
  if (
    status === 'done' ||
    status === 'running' ||
    status === 'resync' ||
    status === 'error'
  ) {
    return data as T | IErrorAnswer;
  }
  if (response.status === 401 || response.status === 403) {
    return {
      status: 'error',
      message: 'You may not scan on this server.',
      hint: 'Ask its administrator.'
    };
  }
  throw new MissingServerError('The server does not know mlsec.');
}
