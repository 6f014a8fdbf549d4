import {
  Dialog,
  ReactWidget,
  showDialog,
  UseSignal
} from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IFinding } from '../api/_schema';
import { Panel } from '../components/panel';
import { Preview } from '../components/preview';
import { shieldIcon } from '../icon';
import type { FindingsModel } from '../model/findings';

/** The right sidebar's panel. */
export class FindingsPanel extends ReactWidget {
  constructor(
    private _model: FindingsModel,
    private _trans: TranslationBundle
  ) {
    super();
    this.id = 'mlsec-panel';
    this.addClass('jp-mlsec-panel');
    this.title.icon = shieldIcon;
    this.title.caption = _trans.__('MLSec findings');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', _trans.__('MLSec findings'));
  }

  /** Show what the default fixes would change, and make them when told so. */
  private async _preview(findings: IFinding[]): Promise<void> {
    const changes = await this._model.preview(findings);
    if (changes === null) {
      return;
    }
    const { button } = await showDialog({
      title: this._trans.__('What would change'),
      body: (
        <Preview
          changes={changes.map(change => ({
            ...change,
            place:
              change.cellNumber === null
                ? this._trans.__('Notebook metadata')
                : this._trans.__('Cell %1', change.cellNumber)
          }))}
          trans={this._trans}
        />
      ),
      buttons: [
        Dialog.cancelButton(),
        Dialog.okButton({ label: this._trans.__('Fix') })
      ]
    });
    if (button.accept) {
      await this._model.fix(findings);
    }
  }

  protected render(): JSX.Element {
    const model = this._model;
    return (
      <UseSignal signal={model.changed}>
        {() => (
          <Panel
            name={PathExt.basename(model.notebook?.context.path ?? '')}
            state={model.state}
            failure={model.failure}
            report={model.report}
            filter={model.filter}
            selected={model.selected}
            notice={model.notice}
            canRevert={model.canRevert}
            trans={this._trans}
            onFilter={filter => {
              model.filter = filter;
            }}
            onOpen={finding => void model.open(finding)}
            onFix={(findings, kind) => void model.fix(findings, kind)}
            onPreview={findings => void this._preview(findings)}
            onRevert={() => void model.revert()}
            onScan={() => void model.scan()}
          />
        )}
      </UseSignal>
    );
  }
}
