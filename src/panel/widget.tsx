import { ReactWidget, UseSignal } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Panel } from '../components/panel';
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
            trans={this._trans}
            onFilter={filter => {
              model.filter = filter;
            }}
            onOpen={finding => void model.open(finding)}
            onScan={() => void model.scan()}
          />
        )}
      </UseSignal>
    );
  }
}
