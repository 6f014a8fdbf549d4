import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { markCells } from '../editor/marks';
import { CommandIDs, IFindings } from '../tokens';

/** A mark on each cell with findings. */
export const marks: JupyterFrontEndPlugin<void> = {
  id: 'mlsec-lab:marks',
  description: 'Marks cells that have findings.',
  autoStart: true,
  requires: [IFindings],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    model: IFindings,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('mlsec_lab');
    model.changed.connect(() => {
      const { notebook } = model;
      if (notebook && model.state !== 'scanning') {
        markCells(notebook, model.report?.findings ?? [], trans, cellId => {
          model.showCell(cellId);
          void app.commands.execute(CommandIDs.show);
        });
      }
    });
  }
};
