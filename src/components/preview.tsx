import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** One changed place: the line around it before and after, and what comes in; what goes out is not kept. */
export interface IChange {
  place: string;
  before: string;
  after: string;
  /** Whether something goes out, shown as a mask. */
  removes: boolean;
  /** What comes in; null where the whole thing is removed. */
  adds: string | null;
}

const MASK = '••••••••';

/** What a fix changes, with removed spans masked. */
export function Preview(props: {
  changes: IChange[];
  trans: TranslationBundle;
}): JSX.Element {
  const { changes, trans } = props;
  if (!changes.length) {
    return <p>{trans.__('Nothing would change.')}</p>;
  }
  return (
    <div className="jp-mlsec-changes">
      {changes.map(({ place, before, after, removes, adds }, index) => (
        <figure key={index}>
          <figcaption>{place}</figcaption>
          {removes && (
            <del>
              <code>{`- ${before}${MASK}${after}`}</code>
            </del>
          )}
          {adds !== null && (
            <ins>
              <code>{`+ ${before}${adds}${after}`}</code>
            </ins>
          )}
        </figure>
      ))}
    </div>
  );
}
