import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { Cell } from '@jupyterlab/cells';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { IFinding } from '../api/_schema';
import { barOutputs } from '../editor/bars';
import { markCell } from '../editor/marks';
import { type IHoverAction, underline } from '../editor/underlines';
import { fixLabel, kindsOf } from '../model/fixes';
import { CommandIDs, IFindings } from '../tokens';

/** Findings where they stand: a mark on each cell, underlines in its editor, a bar over its outputs. */
export const marks: JupyterFrontEndPlugin<void> = {
  id: 'mlsec-lab:marks',
  description: 'Marks cells, code and outputs that have findings.',
  autoStart: true,
  requires: [IFindings],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    model: IFindings,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('mlsec_lab');
    const show = (cellId: string): void => {
      model.showCell(cellId);
      void app.commands.execute(CommandIDs.show);
    };
    const details = (finding: IFinding): IHoverAction => ({
      name: trans.__('Details'),
      run: () => {
        model.select(finding);
        void app.commands.execute(CommandIDs.show);
      }
    });
    const fixes = (findings: IFinding[]): IHoverAction[] =>
      kindsOf(findings[0])
        .filter(kind =>
          findings.every(finding => kindsOf(finding).includes(kind))
        )
        .map(kind => ({
          name: fixLabel(kind, trans),
          run: () => void model.fix(findings, kind)
        }));
    const draw = (cell: Cell): void => {
      const here = (model.report?.findings ?? []).filter(
        finding => finding.location.cell_id === cell.model.id
      );
      markCell(cell, here, trans, show);
      underline(cell, here, trans, finding => [
        ...fixes([finding]),
        details(finding)
      ]);
      barOutputs(cell, here, trans, findings => [
        ...fixes(findings),
        { ...details(findings[0]), name: trans.__('Show where') }
      ]);
    };
    const watched = new WeakSet<Cell>();
    model.changed.connect(() => {
      if (!model.notebook || model.state === 'scanning') {
        return;
      }
      for (const cell of model.notebook.content.widgets) {
        if (!watched.has(cell)) {
          // Windowed notebooks make editors and outputs when a cell comes into view.
          watched.add(cell);
          cell.inViewportChanged.connect(
            () => void cell.ready.then(() => draw(cell))
          );
        }
        draw(cell);
      }
    });
  }
};
