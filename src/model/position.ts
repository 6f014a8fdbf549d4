import { utf16Index } from './text';

/** A place in an editor: 0-based line and UTF-16 column. */
export type Position = {
  line: number;
  column: number;
};

/**
 * A report's place (1-based line, column in code points) as an editor's.
 * Editors count UTF-16 units: a character such as an emoji has two.
 */
export function editorPosition(
  source: string,
  line: number,
  column: number
): Position {
  const text = source.split('\n')[line - 1] ?? '';
  return { line: line - 1, column: utf16Index(text, column - 1) };
}
