import type { ICellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { UUID, type JSONObject } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';

import type { IFinding, IReport } from '../api/_schema';
import { type IClient, MissingServerError } from '../api/client';
import type { FixKind, IEdit, IFixAnswer } from '../api/fixes';
import type { FindingsState, IFindings, Revert } from '../tokens';
import { changedLine, type IChangedLine } from './changes';
import { applyFilter, type IFilter, NO_FILTER } from './filter';
import { wanted } from './fixes';
import { type ILiveNotebook, LiveSession } from './live';

/** A notebook panel's model as the live session sees it. */
export class PanelNotebook implements ILiveNotebook {
  constructor(private _panel: NotebookPanel) {}

  get path(): string {
    return this._panel.context.path;
  }

  get nbformat(): number {
    return this._panel.content.model?.nbformat ?? 4;
  }

  order(): string[] {
    return this._cells().map(cell => cell.id);
  }

  cell(id: string): JSONObject {
    const cell = this._cells().find(cell => cell.id === id);
    return (cell?.toJSON() ?? {}) as unknown as JSONObject;
  }

  metadata(): JSONObject {
    return (this._panel.content.model?.sharedModel.getMetadata() ??
      {}) as JSONObject;
  }

  /** A cell's JSON, or the notebook's own where there is no cell. */
  part(cellId: string | null): JSONObject {
    return cellId === null ? { metadata: this.metadata() } : this.cell(cellId);
  }

  /** A cell's number as people count, from 1; null for the notebook itself. */
  numberOf(cellId: string | null): number | null {
    return cellId === null ? null : this.order().indexOf(cellId) + 1;
  }

  private _cells(): ICellModel[] {
    const cells = this._panel.content.model?.cells;
    return cells ? Array.from(cells) : [];
  }
}

/** Watches one notebook: marks what changed, scans a moment later, one scan at a time. */
export class NotebookWatch {
  constructor(
    readonly panel: NotebookPanel,
    client: IClient,
    private _onState: (watch: NotebookWatch) => void
  ) {
    this._live = new LiveSession(
      new PanelNotebook(panel),
      client,
      UUID.uuid4()
    );
    void panel.context.ready.then(() => this._start());
  }

  state: FindingsState = 'scanning';
  report: IReport | null = null;
  failure = '';
  delay = 300;
  automatic = true;

  /** Scan now, or right after the scan that runs. */
  async scan(): Promise<void> {
    if (this._disposed) {
      return;
    }
    if (this._running) {
      this._again = true;
      return this._running;
    }
    this._running = this._scanOnce();
    await this._running;
    this._running = null;
    if (this._again) {
      this._again = false;
      await this.scan();
    }
  }

  /** The edits that fix findings of the newest report, and why some cannot be fixed. */
  async fix(findings: IFinding[], kind: FixKind | null): Promise<IFixAnswer> {
    const current = (cellId: string | null): boolean =>
      this._live.isCurrent(cellId);
    const answer = findings.every(({ location }) => current(location.cell_id))
      ? await this._live.fix(findings.map(finding => wanted(finding, kind)))
      : null;
    if (!answer?.edits.every(edit => current(edit.cell_id))) {
      throw new Error('The cell changed since the scan: try again.');
    }
    return answer;
  }

  dispose(): void {
    this._disposed = true;
    window.clearTimeout(this._timer);
    Signal.clearData(this);
    void this._live.dispose();
  }

  private _start(): void {
    const model = this.panel.content.model;
    if (!model || this._disposed) {
      return;
    }
    model.cells.changed.connect(this._onCells, this);
    model.metadataChanged.connect(() => {
      this._live.touchMetadata();
      this._later();
    }, this);
    this._onCells();
    void this.scan();
  }

  private _onCells(): void {
    for (const cell of this.panel.content.model?.cells ?? []) {
      if (!this._watched.has(cell)) {
        this._watched.add(cell);
        cell.contentChanged.connect(this._onCell, this);
        cell.metadataChanged.connect(this._onCell, this);
        cell.sharedModel.changed.connect(() => this._onCell(cell), this);
      }
    }
    this._later();
  }

  private _onCell(cell: ICellModel): void {
    this._live.touch(cell.id);
    this._later();
  }

  private _later(): void {
    window.clearTimeout(this._timer);
    if (this.automatic) {
      this._timer = window.setTimeout(() => void this.scan(), this.delay);
    }
  }

  private async _scanOnce(): Promise<void> {
    this._set('scanning', '');
    try {
      this.report = await this._live.scan();
      this._set('ready', '');
    } catch (error) {
      const missing = error instanceof MissingServerError;
      if (missing) {
        this.automatic = false;
        this.report = null;
      }
      const reason = error instanceof Error ? error.message : String(error);
      this._set(missing ? 'missing' : 'failed', reason);
    }
  }

  private _set(state: FindingsState, failure: string): void {
    if (!this._disposed) {
      this.state = state;
      this.failure = failure;
      this._onState(this);
    }
  }

  private _live: LiveSession;
  private _watched = new WeakSet<ICellModel>();
  private _running: Promise<void> | null = null;
  private _again = false;
  private _disposed = false;
  private _timer = 0;
}

/** A changed line and the number of its cell. */
export interface IPlacedChange extends IChangedLine {
  cellNumber: number | null;
}

/** The findings of the active notebook. */
export class FindingsModel implements IFindings {
  constructor(
    private _client: IClient,
    private _open: (panel: NotebookPanel, finding: IFinding) => Promise<void>,
    private _apply: (panel: NotebookPanel, edits: IEdit[]) => Revert
  ) {}

  get changed(): Signal<IFindings, void> {
    return this._changed;
  }

  get state(): FindingsState {
    return this._watch?.state ?? 'empty';
  }

  get report(): IReport | null {
    return this._watch?.report ?? null;
  }

  get failure(): string {
    return this._watch?.failure ?? '';
  }

  get notebook(): NotebookPanel | null {
    return this._watch?.panel ?? null;
  }

  get listed(): IFinding[] {
    return applyFilter(this.report?.findings ?? [], this.filter);
  }

  get filter(): IFilter {
    return this._filter;
  }

  set filter(filter: IFilter) {
    this._filter = filter;
    this._changed.emit();
  }

  /** The finding whose details are shown. */
  get selected(): IFinding | null {
    return this._selected;
  }

  /** What was fixed last and can be taken back. */
  get canRevert(): boolean {
    return this._revert !== null;
  }

  /** What the last fix or revert could not do, for people. */
  notice = '';

  select(finding: IFinding | null): void {
    this._selected = finding;
    this._changed.emit();
  }

  /** The edits that would fix some findings. */
  async plan(findings: IFinding[], kind: FixKind | null): Promise<IEdit[]> {
    const answer = await this._watch?.fix(findings, kind);
    this.notice = answer?.refused.map(row => row.reason).join(' ') ?? '';
    return answer?.edits ?? [];
  }

  /** What the default fixes of some findings would change; null where that cannot be told (the notice says why). */
  async preview(findings: IFinding[]): Promise<IPlacedChange[] | null> {
    try {
      const edits = await this.plan(findings, null);
      const notebook = this.notebook && new PanelNotebook(this.notebook);
      return edits.map(edit => ({
        ...changedLine(notebook?.part(edit.cell_id) ?? {}, edit, edits),
        cellNumber: notebook?.numberOf(edit.cell_id) ?? null
      }));
    } catch (error) {
      this.notice = error instanceof Error ? error.message : String(error);
      this._changed.emit();
      return null;
    }
  }

  /** Fix findings in the editor: with one kind of fix, or each with its default. */
  async fix(findings: IFinding[], kind: FixKind | null = null): Promise<void> {
    try {
      const edits = await this.plan(findings, kind);
      if (edits.length && this.notebook) {
        this._revert = this._apply(this.notebook, edits);
      }
    } catch (error) {
      this.notice = error instanceof Error ? error.message : String(error);
    }
    this._changed.emit();
    await this.scan();
  }

  /** Take the last fix back, in every cell that has not changed since. */
  async revert(): Promise<void> {
    const left = this._revert?.() ?? 0;
    this._revert = null;
    this.notice = left ? 'Some places changed since and were left alone.' : '';
    this._changed.emit();
    await this.scan();
  }

  showCell(cellId: string | null): void {
    this.filter = { ...this._filter, cellId };
  }

  /** How soon a change is scanned; false scans on request only. */
  configure(automatic: boolean, delay: number): void {
    this._settings = { automatic, delay };
    if (this._watch && this._watch.state !== 'missing') {
      Object.assign(this._watch, this._settings);
    }
  }

  /** Follow another notebook; null when there is none. */
  follow(panel: NotebookPanel | null): void {
    if (panel === this.notebook) {
      return;
    }
    this._watch?.dispose();
    this._watch = null;
    this._filter = NO_FILTER;
    this._selected = null;
    this._revert = null;
    this.notice = '';
    if (panel) {
      this._watch = new NotebookWatch(panel, this._client, watch => {
        if (watch === this._watch) {
          this._changed.emit();
        }
      });
      Object.assign(this._watch, this._settings);
      panel.disposed.connect(() => {
        if (this.notebook === panel) {
          this.follow(null);
        }
      });
    }
    this._changed.emit();
  }

  async scan(): Promise<void> {
    if (this._watch) {
      Object.assign(this._watch, this._settings);
      await this._watch.scan();
    }
  }

  async open(finding: IFinding): Promise<void> {
    this.select(finding);
    if (this.notebook) {
      await this._open(this.notebook, finding);
    }
  }

  private _changed = new Signal<IFindings, void>(this);
  private _watch: NotebookWatch | null = null;
  private _filter: IFilter = NO_FILTER;
  private _selected: IFinding | null = null;
  private _revert: Revert | null = null;
  private _settings = { automatic: true, delay: 300 };
}
