import type { IFinding } from '../api/_schema';

export type Severity = IFinding['severity'];

/** From worst to least. */
export const SEVERITIES: Severity[] = [
  'critical',
  'high',
  'medium',
  'low',
  'info'
];

/** What the person does not want to see now. */
export interface IFilter {
  hiddenSeverities: Severity[];
  hiddenCategories: string[];
  /** Only this cell's findings; null for all. */
  cellId: string | null;
  /** Words that a finding's message, rule or preview has; empty for all. */
  query: string;
}

export const NO_FILTER: IFilter = {
  hiddenSeverities: [],
  hiddenCategories: [],
  cellId: null,
  query: ''
};

/** The findings that a filter lets through. */
export function applyFilter(findings: IFinding[], filter: IFilter): IFinding[] {
  return findings.filter(
    finding =>
      !filter.hiddenSeverities.includes(finding.severity) &&
      !filter.hiddenCategories.includes(finding.category) &&
      (filter.cellId === null || finding.location.cell_id === filter.cellId) &&
      matches(finding, filter.query)
  );
}

function matches(finding: IFinding, query: string): boolean {
  const text = [finding.message, finding.rule_id, finding.preview]
    .join(' ')
    .toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every(word => text.includes(word));
}

/** An item added to a list, or taken out of it. */
export function toggled<T>(items: T[], item: T): T[] {
  return items.includes(item)
    ? items.filter(other => other !== item)
    : [...items, item];
}

/** Findings by severity, worst first; severities without findings are left out. */
export function bySeverity(findings: IFinding[]): [Severity, IFinding[]][] {
  return SEVERITIES.map((severity): [Severity, IFinding[]] => [
    severity,
    findings.filter(finding => finding.severity === severity)
  ]).filter(([, group]) => group.length > 0);
}

/** The worst severity of some findings, or null. */
export function worst(findings: IFinding[]): Severity | null {
  return (
    SEVERITIES.find(severity =>
      findings.some(finding => finding.severity === severity)
    ) ?? null
  );
}

/** How many findings each value of a property has. */
export function count<K extends 'severity' | 'category'>(
  findings: IFinding[],
  key: K
): Map<IFinding[K], number> {
  const counts = new Map<IFinding[K], number>();
  for (const finding of findings) {
    counts.set(finding[key], (counts.get(finding[key]) ?? 0) + 1);
  }
  return counts;
}
