import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import type { JSONObject } from '@lumino/coreutils';

import { PanelNotebook } from '../model/findings';
import { withoutMedia } from '../model/media';

const TARGET = 'mlsec';

/** Gives `%mlsec` the notebook as it is on screen, when the kernel asks for it. */
export const magic: JupyterFrontEndPlugin<void> = {
  id: 'mlsec-lab:magic',
  description: 'Answers %mlsec with the notebook as it is on screen.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_: JupyterFrontEnd, tracker: INotebookTracker): void => {
    tracker.widgetAdded.connect((_, panel) => {
      panel.sessionContext.kernelChanged.connect(() => answer(panel));
      void panel.sessionContext.ready.then(() => answer(panel));
    });
  }
};

function answer(panel: NotebookPanel): void {
  panel.sessionContext.session?.kernel?.registerCommTarget(TARGET, comm => {
    const notebook = new PanelNotebook(panel);
    const order = notebook.order();
    const cells: JSONObject = {};
    for (const id of order) {
      cells[id] = withoutMedia(notebook.cell(id));
    }
    comm.send({
      version: 1,
      path: notebook.path,
      message: {
        session: 'magic',
        path: notebook.path,
        base: null,
        revision: 1,
        order,
        cells,
        metadata: notebook.metadata(),
        nbformat: notebook.nbformat
      }
    });
  });
}
