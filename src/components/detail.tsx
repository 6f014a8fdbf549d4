import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IFinding } from '../api/_schema';
import type { FixKind } from '../api/fixes';
import { fixLabel, kindsOf } from '../model/fixes';

/** What a finding is about, and what can be done: shown below the selected one. */
export function Detail(props: {
  finding: IFinding;
  trans: TranslationBundle;
  onFix: (finding: IFinding, kind: FixKind) => void;
  onPreview: (finding: IFinding) => void;
}): JSX.Element {
  const { finding, trans } = props;
  const kinds = kindsOf(finding);
  return (
    <div className="jp-mlsec-detail">
      <p>{finding.remediation}</p>
      <dl>
        <dt>{trans.__('Rule')}</dt>
        <dd>{finding.rule_id}</dd>
        <dt>{trans.__('How sure')}</dt>
        <dd>{trans.__('%1 confidence', finding.confidence)}</dd>
        <dt>{trans.__('Fingerprint')}</dt>
        <dd>{finding.fingerprint}</dd>
      </dl>
      {finding.references.length > 0 && (
        <ul className="jp-mlsec-references">
          {finding.references.map(link => (
            <li key={link}>
              <a href={link} target="_blank" rel="noopener noreferrer">
                {link}
              </a>
            </li>
          ))}
        </ul>
      )}
      {kinds.length > 0 && (
        <div
          className="jp-mlsec-actions"
          role="group"
          aria-label={trans.__('Fixes')}
        >
          {kinds.map(kind => (
            <button
              key={kind}
              className="jp-mlsec-button"
              onClick={() => props.onFix(finding, kind)}
            >
              {fixLabel(kind, trans)}
            </button>
          ))}
          <button
            className="jp-mlsec-button"
            onClick={() => props.onPreview(finding)}
          >
            {trans.__('Preview…')}
          </button>
        </div>
      )}
    </div>
  );
}
