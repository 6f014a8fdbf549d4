import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Client } from '../api/client';
import { applyEdits } from '../editor/edits';
import { openFinding } from '../editor/navigate';
import { shieldIcon } from '../icon';
import { FindingsModel } from '../model/findings';
import { isSafe } from '../model/fixes';
import { FindingsPanel } from '../panel/widget';
import { CommandIDs, IFindings } from '../tokens';

const NO_ARGUMENTS = { args: { type: 'object', properties: {} } } as const;

/** The model, the panel and the commands. */
export const findings: JupyterFrontEndPlugin<IFindings> = {
  id: 'mlsec-lab:findings',
  description: 'Findings of the active notebook, in the right sidebar.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ITranslator, ICommandPalette, ILayoutRestorer, ISettingRegistry],
  provides: IFindings,
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    settings: ISettingRegistry | null
  ): IFindings => {
    const trans = (translator ?? nullTranslator).load('mlsec_lab');
    const client = new Client(
      app.serviceManager.serverSettings,
      app.serviceManager.events
    );
    const model = new FindingsModel(
      client,
      async (notebook, finding) => {
        app.shell.activateById(notebook.id);
        await openFinding(notebook, finding);
      },
      applyEdits
    );
    const panel = new FindingsPanel(model, trans);
    app.shell.add(panel, 'right', { rank: 700 });
    restorer?.add(panel, panel.id);

    tracker.currentChanged.connect(() => model.follow(tracker.currentWidget));
    model.follow(tracker.currentWidget);

    addCommands(app, model, panel, trans.__.bind(trans));
    for (const command of Object.values(CommandIDs)) {
      palette?.addItem({ command, category: trans.__('MLSec') });
    }
    if (settings) {
      void followSettings(app, model, panel, settings);
    }
    return model;
  }
};

function addCommands(
  app: JupyterFrontEnd,
  model: FindingsModel,
  panel: FindingsPanel,
  text: (message: string) => string
): void {
  let current = -1;
  const step = async (by: number): Promise<void> => {
    const { listed } = model;
    if (listed.length) {
      current = (current + by + listed.length) % listed.length;
      await model.open(listed[current]);
    }
  };
  const hasNotebook = (): boolean => model.notebook !== null;
  app.commands.addCommand(CommandIDs.scan, {
    label: text('Scan Notebook for Leaks'),
    caption: text('Scan this notebook for leaked secrets'),
    icon: shieldIcon,
    isEnabled: hasNotebook,
    describedBy: NO_ARGUMENTS,
    execute: async () => {
      app.shell.activateById(panel.id);
      await model.scan();
    }
  });
  app.commands.addCommand(CommandIDs.show, {
    label: text('Show Findings'),
    icon: shieldIcon,
    describedBy: NO_ARGUMENTS,
    execute: () => app.shell.activateById(panel.id)
  });
  app.commands.addCommand(CommandIDs.next, {
    label: text('Go to Next Finding'),
    isEnabled: hasNotebook,
    describedBy: NO_ARGUMENTS,
    execute: () => step(1)
  });
  app.commands.addCommand(CommandIDs.fixAll, {
    label: text('Fix All Findings That Are Safe to Fix'),
    isEnabled: () => model.listed.some(isSafe),
    describedBy: NO_ARGUMENTS,
    execute: () => model.fix(model.listed.filter(isSafe))
  });
  app.commands.addCommand(CommandIDs.revert, {
    label: text('Revert the Last Fix'),
    isEnabled: () => model.canRevert,
    describedBy: NO_ARGUMENTS,
    execute: () => model.revert()
  });
  app.commands.addCommand(CommandIDs.previous, {
    label: text('Go to Previous Finding'),
    isEnabled: hasNotebook,
    describedBy: NO_ARGUMENTS,
    execute: () => step(-1)
  });
}

async function followSettings(
  app: JupyterFrontEnd,
  model: FindingsModel,
  panel: FindingsPanel,
  registry: ISettingRegistry
): Promise<void> {
  try {
    const settings = await registry.load(findings.id);
    const update = (): void =>
      model.configure(
        settings.get('scanOnChange').composite as boolean,
        settings.get('delay').composite as number
      );
    settings.changed.connect(update);
    update();
    await app.restored;
    if (settings.get('openOnStart').composite) {
      app.shell.activateById(panel.id);
    }
  } catch (error) {
    console.warn('mlsec: settings are not available, defaults apply', error);
  }
}
