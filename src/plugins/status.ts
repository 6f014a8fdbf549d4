import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { worst } from '../model/filter';
import { CommandIDs, IFindings } from '../tokens';

/** The number of findings in the status bar; Notebook 7 has none. */
export const status: JupyterFrontEndPlugin<void> = {
  id: 'mlsec-lab:status',
  description: 'Shows the number of findings in the status bar.',
  autoStart: true,
  requires: [IFindings],
  optional: [IStatusBar, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    model: IFindings,
    statusBar: IStatusBar | null,
    translator: ITranslator | null
  ): void => {
    if (!statusBar) {
      return;
    }
    const trans = (translator ?? nullTranslator).load('mlsec_lab');
    const button = document.createElement('button');
    button.className = 'jp-mlsec-status jp-mlsec-button';
    button.onclick = () => void app.commands.execute(CommandIDs.show);
    const item = new Widget();
    item.node.appendChild(button);
    const update = (): void => {
      const findings = model.report?.findings ?? [];
      const severity = worst(findings);
      const known = model.report !== null;
      button.textContent = trans.__('MLSec: %1', known ? findings.length : '–');
      button.title = severity
        ? trans.__('%1 findings, worst: %2', findings.length, severity)
        : trans.__('No findings');
    };
    model.changed.connect(update);
    update();
    statusBar.registerStatusItem(status.id, {
      item,
      align: 'right',
      rank: 50,
      isActive: () => model.notebook !== null,
      activeStateChanged: model.changed
    });
  }
};
