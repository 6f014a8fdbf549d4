import type { JSONObject } from '@lumino/coreutils';

import type { ILiveRequest, IReport } from '../api/_schema';
import type { IClient, LiveAnswer } from '../api/client';
import type { IFixAnswer, IWantedFix } from '../api/fixes';
import { withoutMedia } from './media';

/** A notebook as the live session sees it. */
export interface ILiveNotebook {
  readonly path: string;
  readonly nbformat: number;
  /** Ids of all cells, in order. */
  order(): string[];
  /** One cell's nbformat JSON. */
  cell(id: string): JSONObject;
  metadata(): JSONObject;
}

/** How long a ping is waited for before the result is asked for anyway, in milliseconds: the waits grow to the last one. */
const WAITS = [250, 500, 1000, 2000];
const MAX_POLLS = 60;

/** Keeps the server's picture of a notebook up to date: everything once, then changed cells only. */
export class LiveSession {
  constructor(
    private _notebook: ILiveNotebook,
    private _client: IClient,
    readonly id: string
  ) {}

  /** A cell changed. */
  touch(cellId: string): void {
    this._dirty.add(cellId);
  }

  /** The notebook's metadata changed. */
  touchMetadata(): void {
    this._metadataDirty = true;
  }

  /** Send what changed and return the report. Throws what the client throws. */
  async scan(): Promise<IReport> {
    let answer = await this._send(this._message());
    if (answer.status === 'resync') {
      this._base = null;
      answer = await this._send(this._message());
    }
    if (answer.status === 'resync') {
      throw new Error('The server lost the notebook twice.');
    }
    return answer.report;
  }

  /** Whether a cell is as the newest report saw it. */
  isCurrent(cellId: string | null): boolean {
    return (
      this._base !== null &&
      (cellId === null ? !this._metadataDirty : !this._dirty.has(cellId))
    );
  }

  /** The edits that fix findings of the newest report. Throws what the client throws, and where that report is not the server's. */
  async fix(fixes: IWantedFix[]): Promise<IFixAnswer> {
    const answer = await this._client.fix({
      session: this.id,
      revision: this._base ?? 0,
      fixes
    });
    if (answer.status === 'resync') {
      this._base = null;
      throw new Error('The notebook changed since the scan: try again.');
    }
    return answer;
  }

  /** The notebook was closed. */
  async dispose(): Promise<void> {
    await this._client.forget(this.id);
  }

  private async _send(
    message: ILiveRequest
  ): Promise<Exclude<LiveAnswer, { status: 'running' }>> {
    try {
      let answer = await this._client.live(message);
      for (let poll = 0; answer.status === 'running'; poll++) {
        if (poll >= MAX_POLLS) {
          throw new Error('The scan takes too long.');
        }
        await this._client.wait(
          this.id,
          WAITS[Math.min(poll, WAITS.length - 1)]
        );
        answer = await this._client.result(this.id, message.revision);
      }
      if (answer.status === 'done') {
        this._base = message.revision;
      }
      return answer;
    } catch (error) {
      // What the server has now is not known: send everything next time.
      this._base = null;
      throw error;
    }
  }

  private _message(): ILiveRequest {
    const order = this._notebook.order();
    const all = this._base === null;
    const known = new Set(this._sent);
    const ids = all
      ? order
      : order.filter(id => this._dirty.has(id) || !known.has(id));
    const cells: { [id: string]: unknown } = {};
    for (const id of ids) {
      cells[id] = withoutMedia(this._notebook.cell(id));
    }
    const metadata =
      all || this._metadataDirty ? this._notebook.metadata() : null;
    this._dirty.clear();
    this._metadataDirty = false;
    this._sent = order;
    this._revision += 1;
    return {
      session: this.id,
      path: this._notebook.path,
      base: this._base,
      revision: this._revision,
      order,
      cells,
      metadata,
      nbformat: this._notebook.nbformat
    };
  }

  private _base: number | null = null;
  private _revision = 0;
  private _dirty = new Set<string>();
  private _metadataDirty = false;
  private _sent: string[] = [];
}
