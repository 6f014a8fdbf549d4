import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IFinding, IReport } from '../api/_schema';
import type { FixKind } from '../api/fixes';
import {
  applyFilter,
  bySeverity,
  type IFilter,
  toggled
} from '../model/filter';
import { isSafe } from '../model/fixes';
import type { FindingsState } from '../tokens';
import { Detail } from './detail';
import { Filters } from './filters';
import { Finding } from './finding';

/** What the panel shows. */
export interface IPanelProps {
  name: string;
  state: FindingsState;
  failure: string;
  report: IReport | null;
  filter: IFilter;
  /** The finding whose details are shown. */
  selected: IFinding | null;
  /** Why the last fix did not do all; empty where it did. */
  notice: string;
  canRevert: boolean;
  trans: TranslationBundle;
  onFilter: (filter: IFilter) => void;
  onOpen: (finding: IFinding) => void;
  /** Fix findings with one kind of fix, or each with its default. */
  onFix: (findings: IFinding[], kind: FixKind | null) => void;
  onPreview: (findings: IFinding[]) => void;
  onRevert: () => void;
  onScan: () => void;
}

/** The panel: head, filters, findings by severity, what was not checked. */
export function Panel(props: IPanelProps): JSX.Element {
  const { report, trans } = props;
  const findings = report?.findings ?? [];
  const [chosenKeys, setChosen] = React.useState<string[]>([]);
  const chosen = findings.filter(finding =>
    chosenKeys.includes(keyOf(finding))
  );
  return (
    <>
      <div className="jp-mlsec-head">
        <span className="jp-mlsec-title" title={props.name}>
          {props.name || trans.__('MLSec')}
        </span>
        {props.state !== 'empty' && (
          <button className="jp-mlsec-button" onClick={props.onScan}>
            {props.state === 'failed' || props.state === 'missing'
              ? trans.__('Retry')
              : trans.__('Scan')}
          </button>
        )}
      </div>
      <Filters
        findings={findings}
        filter={props.filter}
        trans={trans}
        onFilter={props.onFilter}
      />
      <Bulk {...props} chosen={chosen} />
      <div
        className="jp-mlsec-body"
        aria-busy={props.state === 'scanning'}
        onKeyDown={moveFocus}
      >
        <div className="jp-mlsec-state" role="status" aria-live="polite">
          {stateText(props)}
        </div>
        {bySeverity(applyFilter(findings, props.filter)).map(
          ([severity, group]) => (
            <section key={severity} aria-label={severity}>
              <h3 className="jp-mlsec-group">
                {severity} ({group.length})
              </h3>
              <ul className="jp-mlsec-list">
                {group.map(finding => (
                  <li key={keyOf(finding)}>
                    <Finding
                      finding={finding}
                      chosen={chosen.includes(finding)}
                      selected={isSame(finding, props.selected)}
                      trans={trans}
                      onChoose={() =>
                        setChosen(toggled(chosenKeys, keyOf(finding)))
                      }
                      onOpen={props.onOpen}
                    >
                      <Detail
                        finding={finding}
                        trans={trans}
                        onFix={(one, kind) => props.onFix([one], kind)}
                        onPreview={one => props.onPreview([one])}
                      />
                    </Finding>
                  </li>
                ))}
              </ul>
            </section>
          )
        )}
      </div>
      {report && <NotChecked report={report} trans={trans} />}
    </>
  );
}

/** What makes a finding of one report another one than its neighbours. */
function keyOf({ fingerprint, location }: IFinding): string {
  return [fingerprint, location.output_index, location.line, location.column]
    .map(String)
    .join(' ');
}

function isSame(a: IFinding, b: IFinding | null): boolean {
  return b !== null && keyOf(a) === keyOf(b);
}

/** What can be done about several findings at once: all safe fixes, those of the chosen ones, and taking it back. */
function Bulk(props: IPanelProps & { chosen: IFinding[] }): JSX.Element | null {
  const { chosen, report, trans } = props;
  const from = chosen.length
    ? chosen
    : applyFilter(report?.findings ?? [], props.filter);
  const safe = from.filter(isSafe);
  if (!safe.length && !props.canRevert && !props.notice) {
    return null;
  }
  return (
    <div className="jp-mlsec-bulk">
      {safe.length > 0 && (
        <>
          <button
            className="jp-mlsec-button"
            onClick={() => props.onFix(safe, null)}
          >
            {chosen.length
              ? trans.__('Fix chosen (%1)', safe.length)
              : trans.__('Fix all safe (%1)', safe.length)}
          </button>
          <button
            className="jp-mlsec-button"
            onClick={() => props.onPreview(safe)}
          >
            {trans.__('Preview…')}
          </button>
        </>
      )}
      {props.canRevert && (
        <button className="jp-mlsec-button" onClick={props.onRevert}>
          {trans.__('Revert fix')}
        </button>
      )}
      {props.notice && <p role="alert">{props.notice}</p>}
    </div>
  );
}

/** Up and down go through the findings. */
function moveFocus(event: React.KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) {
    return;
  }
  const all = Array.from(
    event.currentTarget.querySelectorAll<HTMLElement>('.jp-mlsec-finding')
  );
  const next = all[all.indexOf(event.target as HTMLElement) + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
}

function stateText(props: IPanelProps): string {
  const { trans } = props;
  switch (props.state) {
    case 'empty':
      return trans.__('Open a notebook to see what it gives away.');
    case 'scanning':
      return trans.__('Scanning…');
    case 'failed':
      return trans.__('The scan failed. %1', props.failure);
    case 'missing':
      return trans.__(
        'This server does not have the mlsec-lab extension, so notebooks are not scanned. Install mlsec-lab where the server runs, then retry.'
      );
    case 'ready':
      return readyText(props);
  }
}

function readyText({ report, filter, trans }: IPanelProps): string {
  if (!report) {
    return '';
  }
  const total = report.findings.length;
  const shown = applyFilter(report.findings, filter).length;
  const extra = [
    report.summary.complete ? '' : trans.__('The scan is incomplete.'),
    report.summary.below_confidence
      ? trans._n(
          '%1 more of low confidence is not listed.',
          '%1 more of low confidence are not listed.',
          report.summary.below_confidence
        )
      : '',
    report.suppressed.length
      ? trans.__('%1 suppressed.', report.suppressed.length)
      : ''
  ].filter(Boolean);
  const head = total
    ? trans.__('%1 of %2 findings shown.', shown, total)
    : trans.__('Nothing found in %1 cells.', report.summary.cells);
  return [head, ...extra].join(' ');
}

function NotChecked(props: {
  report: IReport;
  trans: TranslationBundle;
}): JSX.Element {
  const rows = props.report.checks.filter(row => row.status !== 'ran');
  return (
    <details className="jp-mlsec-foot">
      <summary>{props.trans.__('Not checked (%1)', rows.length)}</summary>
      <ul>
        {rows.map(row => (
          <li key={row.check}>
            <b>{row.check}</b> ({row.status}): {row.reason} {row.enable}
          </li>
        ))}
      </ul>
    </details>
  );
}
