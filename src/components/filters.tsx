import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IFinding } from '../api/_schema';
import { count, type IFilter, SEVERITIES, toggled } from '../model/filter';

function Chip(props: {
  label: string;
  on: boolean;
  onToggle: () => void;
}): JSX.Element {
  return (
    <button
      className="jp-mlsec-chip"
      aria-pressed={props.on}
      onClick={props.onToggle}
    >
      {props.label}
    </button>
  );
}

/** Chips that hide and show findings by severity and category. */
export function Filters(props: {
  findings: IFinding[];
  filter: IFilter;
  trans: TranslationBundle;
  onFilter: (filter: IFilter) => void;
}): JSX.Element | null {
  const { findings, filter, trans, onFilter } = props;
  if (!findings.length) {
    return null;
  }
  const severities = count(findings, 'severity');
  const categories = count(findings, 'category');
  return (
    <div
      className="jp-mlsec-filters"
      role="group"
      aria-label={trans.__('Filters')}
    >
      <input
        className="jp-mlsec-search"
        type="search"
        value={filter.query}
        placeholder={trans.__('Search findings')}
        aria-label={trans.__('Search findings')}
        onChange={event => onFilter({ ...filter, query: event.target.value })}
      />
      {SEVERITIES.filter(severity => severities.has(severity)).map(severity => (
        <Chip
          key={severity}
          label={`${severity} ${severities.get(severity)}`}
          on={!filter.hiddenSeverities.includes(severity)}
          onToggle={() =>
            onFilter({
              ...filter,
              hiddenSeverities: toggled(filter.hiddenSeverities, severity)
            })
          }
        />
      ))}
      {Array.from(categories).map(([category, number]) => (
        <Chip
          key={category}
          label={`${category} ${number}`}
          on={!filter.hiddenCategories.includes(category)}
          onToggle={() =>
            onFilter({
              ...filter,
              hiddenCategories: toggled(filter.hiddenCategories, category)
            })
          }
        />
      ))}
      {filter.cellId !== null && (
        <Chip
          label={trans.__('only this cell ✕')}
          on={true}
          onToggle={() => onFilter({ ...filter, cellId: null })}
        />
      )}
    </div>
  );
}
