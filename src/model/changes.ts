import type { JSONObject } from '@lumino/coreutils';

import type { IEdit } from '../api/fixes';
import { valueAt } from './fixes';
import { utf16Index } from './text';

/** How much of a line stands around a change, in characters: long lines would hide it. */
const AROUND = 60;

/** One changed place for people: the line around it, and what comes in; what goes out is not kept. */
export interface IChangedLine {
  before: string;
  after: string;
  removes: boolean;
  adds: string | null;
}

/** What an edit of a cell (or of the notebook) changes. `others` are the spans of the same text that go out too. */
export function changedLine(
  root: JSONObject,
  edit: IEdit,
  others: IEdit[]
): IChangedLine {
  if (edit.start === null || edit.end === null) {
    const name = edit.pointer.slice(0, 2).join(' ');
    return { before: `${name}: `, after: '', removes: true, adds: null };
  }
  const value = valueAt(root, edit.pointer);
  const text = Array.isArray(value) ? value.join('') : String(value ?? '');
  const start = utf16Index(text, edit.start);
  const end = utf16Index(text, edit.end);
  const from = Math.max(text.lastIndexOf('\n', start - 1) + 1, start - AROUND);
  const next = text.indexOf('\n', end);
  const to = Math.min(next < 0 ? text.length : next, end + AROUND);
  const hidden = others
    .filter(other => other !== edit && samePlace(other, edit))
    .map(other => [
      utf16Index(text, other.start ?? 0),
      utf16Index(text, other.end ?? 0)
    ]);
  return {
    before: masked(text, from, start, hidden),
    after: masked(text, end, to, hidden),
    removes: end > start,
    adds: edit.replacement
  };
}

function samePlace(a: IEdit, b: IEdit): boolean {
  return (
    a.cell_id === b.cell_id &&
    JSON.stringify(a.pointer) === JSON.stringify(b.pointer)
  );
}

/** A part of a text with other removed spans masked as well. */
function masked(
  text: string,
  from: number,
  to: number,
  hidden: number[][]
): string {
  const letters = text.slice(from, to).split('');
  for (const [start, end] of hidden) {
    letters.fill('•', Math.max(start - from, 0), Math.max(end - from, 0));
  }
  return letters.join('');
}
