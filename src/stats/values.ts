import { type Confusion, confusionMatrix } from './confusion.ts';
import { metricNames } from './metrics/index.ts';
import { mean } from './moments.ts';
import type { Scored } from './predictions.ts';
import { type Ranked, type RankScores, rankRows, rankScores } from './ranked.ts';
import { scores } from './scores.ts';

/** What posteriors give, each class against all others, averaged over the classes that have it. */
const rankNames = ['roc_auc', 'average_precision'] as const;

export const valueNames = [...metricNames, ...rankNames] as const;

export type ValueName = (typeof valueNames)[number];

/** NaN where a value is not defined. */
export type Values = Readonly<Record<ValueName, number>>;

/** Rows of one seed, sorted once by the posterior of each class. */
export interface RowTable {
  readonly classes: number;
  readonly rows: readonly Scored[];
  /** One order per class. */
  readonly ranked: readonly Ranked[];
}

export function tabulate(rows: readonly Scored[], classes: number): RowTable {
  const ranked = Array.from({ length: classes }, (_, k) =>
    rankRows(rows.map((row) => row.posterior[k] ?? Number.NaN)),
  );
  return { classes, rows, ranked };
}

/** All values of a table, or of one in which row i occurs `weight(i)` times. */
export function valuesOf(table: RowTable, weight?: (row: number) => number): Values {
  const ranks = classRanks(table, weight);
  return {
    ...scores(confusionOf(table, weight)),
    roc_auc: meanDefined(ranks.map((one) => one.roc_auc)),
    average_precision: meanDefined(ranks.map((one) => one.average_precision)),
  };
}

/** Each class against all others. */
export function classRanks(
  { rows, ranked }: RowTable,
  weight?: (row: number) => number,
): readonly RankScores[] {
  return ranked.map((order, k) => rankScores(order, (row) => rows[row]!.truth === k, weight));
}

/** Means over seeds of all values: of a control, a speaker, a fold. */
export function meanValues(perSeed: readonly Values[]): Values {
  return Object.fromEntries(
    valueNames.map((name) => [name, mean(perSeed.map((one) => one[name]))]),
  ) as Values;
}

function confusionOf({ rows, classes }: RowTable, weight?: (row: number) => number): Confusion {
  if (weight === undefined) {
    return confusionMatrix(
      rows.map((row) => row.truth),
      rows.map((row) => row.predicted),
      classes,
    );
  }
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const [i, row] of rows.entries()) counts[row.truth]![row.predicted]! += weight(i);
  return counts;
}

/** A class without clips, or with all of them, has no such value: it is left out. */
function meanDefined(values: readonly number[]): number {
  return mean(values.filter((value) => !Number.isNaN(value)));
}
