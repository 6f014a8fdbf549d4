import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import type { EditorView } from '@codemirror/view';
import type { Cell } from '@jupyterlab/cells';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IFinding } from '../api/_schema';
import { editorPosition } from '../model/position';

/** What can be done about a finding, as its hover offers it. */
export interface IHoverAction {
  name: string;
  run: () => void;
}

const LEVELS: { [severity: string]: Diagnostic['severity'] } = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'info',
  info: 'hint'
};

/** Editors that have underlines now; the others need no change where nothing is found. */
const underlined = new WeakSet<EditorView>();

/** Underline a cell's findings in its editor; the hover says what, why and how sure, and offers what can be done. */
export function underline(
  cell: Cell,
  findings: IFinding[],
  trans: TranslationBundle,
  actions: (finding: IFinding) => IHoverAction[]
): void {
  const editor = cell.editor;
  if (!(editor instanceof CodeMirrorEditor)) {
    return;
  }
  const view = editor.editor;
  const found = findings
    .filter(finding => finding.location.surface === 'source')
    .map(finding => diagnostic(view, finding, trans, actions(finding)))
    .filter((item): item is Diagnostic => item !== null);
  if (!found.length && !underlined.has(view)) {
    return;
  }
  underlined.add(view);
  view.dispatch(setDiagnostics(view.state, found));
}

function diagnostic(
  view: EditorView,
  finding: IFinding,
  trans: TranslationBundle,
  actions: IHoverAction[]
): Diagnostic | null {
  const { line, column, end_line, end_column } = finding.location;
  if (line === null || column === null) {
    return null;
  }
  const from = offset(view, line, column);
  const to =
    end_line !== null && end_column !== null
      ? offset(view, end_line, end_column)
      : view.state.doc.lineAt(from).to;
  return {
    from,
    to: Math.max(from, to),
    severity: LEVELS[finding.severity] ?? 'info',
    source: trans.__(
      'MLSec · %1 · %2 confidence',
      finding.severity,
      finding.confidence
    ),
    message: `${finding.message}\n${finding.remediation}`,
    markClass: `jp-mlsec-underline jp-mod-${finding.severity}`,
    actions: actions.map(({ name, run }) => ({ name, apply: run }))
  };
}

/** A report's place as an offset in the editor; the text may have changed since, so it is kept inside. */
function offset(view: EditorView, line: number, column: number): number {
  const { doc } = view.state;
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const { column: inLine } = editorPosition(at.text, 1, column);
  return Math.min(at.from + inLine, at.to);
}
