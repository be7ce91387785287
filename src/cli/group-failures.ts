import type { FinishedRun } from '../engine/engine.ts';
import { type Worded, wordFailure } from '../report/failure-words.ts';
import { groupBy } from '../util/group-by.ts';
import { naturalOrder } from '../util/natural-order.ts';
import { stageOf } from './stage-of.ts';

type Failed = FinishedRun['failures'][number];

/** What is told once: the first of the tasks of one stage that failed for the same reason. */
export interface AlikeFailures extends Worded {
  readonly address: string;
  readonly log: string;
  /** How many more of that stage failed alike. */
  readonly more: number;
}

/** Failures of a run, those alike together, in order of their addresses; what was only cancelled is left out. */
export function groupFailures(failures: readonly Failed[]): readonly AlikeFailures[] {
  const worded = failures
    .filter(({ failure }) => failure.reason !== 'cancelled')
    .map(({ address, failure, log }) => ({ address, log, ...wordFailure(failure) }))
    .sort((a, b) => naturalOrder(a.address, b.address));
  const alike = groupBy(worded, ({ address, message, details, hint }) =>
    JSON.stringify([stageOf(address), message, details, hint]),
  );
  return [...alike.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, more: others.length }],
  );
}
