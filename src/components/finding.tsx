import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IFinding } from '../api/_schema';

/** Where a finding stands, in words. */
export function placeText(finding: IFinding, trans: TranslationBundle): string {
  const place = finding.location;
  if (place.cell_index === null) {
    return place.surface === 'metadata'
      ? trans.__('Notebook metadata')
      : trans.__('Notebook');
  }
  const cell = trans.__('Cell %1', place.cell_index + 1);
  if (place.surface === 'output') {
    return trans.__('%1, output %2', cell, (place.output_index ?? 0) + 1);
  }
  return place.surface === 'source'
    ? trans.__('%1, line %2', cell, place.line ?? 1)
    : trans.__('%1, %2', cell, place.surface);
}

/** One finding: a box to choose it, a button that goes to it, and its details when it is selected. */
export function Finding(props: {
  finding: IFinding;
  chosen: boolean;
  selected: boolean;
  trans: TranslationBundle;
  onChoose: (finding: IFinding) => void;
  onOpen: (finding: IFinding) => void;
  children?: React.ReactNode;
}): JSX.Element {
  const { finding, trans } = props;
  return (
    <>
      <div className="jp-mlsec-row">
        <input
          type="checkbox"
          checked={props.chosen}
          aria-label={trans.__('Choose: %1', finding.message)}
          onChange={() => props.onChoose(finding)}
        />
        <button
          className="jp-mlsec-finding"
          data-severity={finding.severity}
          data-rule={finding.rule_id}
          aria-expanded={props.selected}
          onClick={() => props.onOpen(finding)}
        >
          <span className="jp-mlsec-finding-message">{finding.message}</span>
          <span className="jp-mlsec-preview">{finding.preview}</span>
          <span className="jp-mlsec-finding-place">
            {placeText(finding, trans)} · {finding.severity} ·{' '}
            {trans.__('%1 confidence', finding.confidence)}
          </span>
        </button>
      </div>
      {props.selected && props.children}
    </>
  );
}
