import type { YBaseCell } from '@jupyter/ydoc';
import type { ICellModel, ICodeCellModel } from '@jupyterlab/cells';
import type { IBaseCellMetadata, IOutput } from '@jupyterlab/nbformat';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { JSONExt, type JSONObject, type JSONValue } from '@lumino/coreutils';

import type { IEdit } from '../api/fixes';
import { valueAt } from '../model/fixes';
import { utf16Index } from '../model/text';
import type { Revert } from '../tokens';

/** Where a fix meets text that is not the scanned one. */
export class ChangedError extends Error {}

type Undo = () => boolean;

/**
 * Make edits in the live notebook: sources through the shared model, one undo step a cell, outputs and metadata as
 * whole values. Nothing is written where a place is not what it was. Old values stay in memory only, for the revert.
 */
export function applyEdits(panel: NotebookPanel, edits: IEdit[]): Revert {
  const undos: Undo[] = [];
  const cells = Array.from(panel.content.model?.cells ?? []);
  for (const cell of cells) {
    const mine = edits.filter(edit => edit.cell_id === cell.id);
    const sources = mine.filter(edit => edit.pointer[0] === 'source');
    if (sources.length) {
      undos.push(editSource(cell, sources));
    }
    const outputs = mine.filter(edit => edit.pointer[0] === 'outputs');
    if (outputs.length) {
      undos.push(...editOutputs(cell as ICodeCellModel, outputs));
    }
    const metadata = mine.filter(edit => edit.pointer[0] === 'metadata');
    if (metadata.length) {
      undos.push(editMetadata(cell.sharedModel, metadata));
    }
  }
  const shared = panel.content.model?.sharedModel;
  const notebook = edits.filter(
    edit => edit.cell_id === null && edit.pointer[0] === 'metadata'
  );
  if (shared && notebook.length) {
    undos.push(editMetadata(shared, notebook));
  }
  return () => undos.reverse().filter(undo => !undo()).length;
}

function editSource(cell: ICellModel, edits: IEdit[]): Undo {
  const shared = cell.sharedModel;
  const before = shared.getSource();
  const places = edits
    .map(edit => ({
      start: utf16Index(before, edit.start ?? 0),
      end: utf16Index(before, edit.end ?? 0),
      text: edit.replacement
    }))
    .sort((a, b) => b.start - a.start);
  undoStep(shared, () => {
    for (const { start, end, text } of places) {
      shared.updateSource(start, end, text);
    }
  });
  const after = shared.getSource();
  return () => {
    if (shared.getSource() !== after) {
      return false;
    }
    // From last to first, as they were made: the earlier ones have not moved yet.
    undoStep(shared, () => {
      let moved = places.reduce(
        (sum, { start, end, text }) => sum + text.length - (end - start),
        0
      );
      for (const { start, end, text } of places) {
        moved -= text.length - (end - start);
        shared.updateSource(
          start + moved,
          start + moved + text.length,
          before.slice(start, end)
        );
      }
    });
    return true;
  };
}

/** One step for Ctrl+Z: neither the typing before it nor the typing after it joins in. */
function undoStep(shared: ICellModel['sharedModel'], change: () => void): void {
  const manager = (shared as unknown as YBaseCell<IBaseCellMetadata>)
    .undoManager;
  manager?.stopCapturing();
  shared.transact(change);
  manager?.stopCapturing();
}

function editOutputs(cell: ICodeCellModel, edits: IEdit[]): Undo[] {
  const before = cell.outputs.toJSON();
  const after = edited({ outputs: before as unknown as JSONValue }, edits)
    .outputs as unknown as IOutput[];
  show(cell, after);
  return [
    () => {
      const now = cell.outputs.toJSON() as unknown as JSONValue;
      if (!JSONExt.deepEqual(now, after as unknown as JSONValue)) {
        return false;
      }
      show(cell, before);
      return true;
    }
  ];
}

function show(cell: ICodeCellModel, outputs: IOutput[]): void {
  cell.outputs.fromJSON(outputs);
}

interface IWithMetadata {
  getMetadata(): JSONValue | object;
  setMetadata(value: object): void;
}

function editMetadata(shared: unknown, edits: IEdit[]): Undo {
  const model = shared as IWithMetadata;
  const before = JSONExt.deepCopy(model.getMetadata() as JSONObject);
  const after = edited({ metadata: before }, edits).metadata as JSONObject;
  model.setMetadata(after);
  return () => {
    if (!JSONExt.deepEqual(model.getMetadata() as JSONObject, after)) {
      return false;
    }
    model.setMetadata(before);
    return true;
  };
}

/** A copy of a JSON value with edits made, from last to first. */
export function edited(root: JSONObject, edits: IEdit[]): JSONObject {
  const copy = JSONExt.deepCopy(root);
  const order = edits.slice().sort(laterFirst);
  for (const { pointer, start, end, replacement } of order) {
    const parent = valueAt(copy, pointer.slice(0, -1));
    const key = pointer[pointer.length - 1];
    if (typeof parent !== 'object' || parent === null) {
      throw new ChangedError('The place to fix is not there any more.');
    }
    if (start === null || end === null) {
      remove(parent, key);
      continue;
    }
    const owner = parent as { [key: string | number]: JSONValue };
    const text = owner[key];
    const joined = Array.isArray(text) ? text.join('') : text;
    if (typeof joined !== 'string') {
      throw new ChangedError('The place to fix is not a text any more.');
    }
    owner[key] =
      joined.slice(0, utf16Index(joined, start)) +
      replacement +
      joined.slice(utf16Index(joined, end));
  }
  return copy;
}

function remove(parent: JSONValue, key: string | number): void {
  if (Array.isArray(parent)) {
    parent.splice(Number(key), 1);
  } else {
    delete (parent as JSONObject)[key];
  }
}

/** Later places first, so that the earlier ones do not move: by start in one string, by index in one list. */
function laterFirst(a: IEdit, b: IEdit): number {
  const depth = Math.min(a.pointer.length, b.pointer.length);
  for (let i = 0; i < depth; i++) {
    const [x, y] = [a.pointer[i], b.pointer[i]];
    if (x !== y) {
      return typeof x === 'number' && typeof y === 'number' ? y - x : 0;
    }
  }
  return (b.start ?? 0) - (a.start ?? 0);
}
