import { type Cell, CodeCell } from '@jupyterlab/cells';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IFinding } from '../api/_schema';
import type { IHoverAction } from './underlines';

const CLASS = 'jp-mlsec-bar';

/** A bar over each output that has findings: it names them and offers what can be done. Bars are no part of the output. */
export function barOutputs(
  cell: Cell,
  findings: IFinding[],
  trans: TranslationBundle,
  actions: (findings: IFinding[]) => IHoverAction[]
): void {
  if (!(cell instanceof CodeCell)) {
    return;
  }
  const children = cell.outputArea.node.querySelectorAll<HTMLElement>(
    ':scope > .jp-OutputArea-child'
  );
  children.forEach((child, index) => {
    const here = findings.filter(
      ({ location }) =>
        location.surface === 'output' && location.output_index === index
    );
    child.querySelector(`:scope > .${CLASS}`)?.remove();
    if (here.length) {
      child.prepend(bar(here, trans, actions(here)));
    }
  });
}

function bar(
  findings: IFinding[],
  trans: TranslationBundle,
  actions: IHoverAction[]
): HTMLElement {
  const node = document.createElement('div');
  node.className = CLASS;
  node.setAttribute('role', 'group');
  node.setAttribute('aria-label', trans.__('MLSec findings in this output'));
  const text = node.appendChild(document.createElement('span'));
  const names = Array.from(new Set(findings.map(finding => finding.message)));
  text.textContent = `⚠ ${names.join(' · ')}`;
  for (const { name, run } of actions) {
    const button = node.appendChild(document.createElement('button'));
    button.className = 'jp-mlsec-button';
    button.textContent = name;
    button.onclick = run;
  }
  return node;
}
