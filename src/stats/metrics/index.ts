import { accuracy } from './accuracy.ts';
import { macroF1, weightedF1 } from './f1.ts';
import { kappa } from './kappa.ts';
import { mcc } from './mcc.ts';
import type { Metric } from './metric.ts';
import { macroPrecision, weightedPrecision } from './precision.ts';
import { macroRecall, weightedRecall } from './recall.ts';
import { macroSpecificity, weightedSpecificity } from './specificity.ts';
import { uar } from './uar.ts';

/** The one table of what a confusion matrix gives. A new metric is a file and a line here. */
export const metrics = {
  uar,
  accuracy,
  macro_precision: macroPrecision,
  macro_recall: macroRecall,
  macro_f1: macroF1,
  weighted_precision: weightedPrecision,
  weighted_recall: weightedRecall,
  weighted_f1: weightedF1,
  macro_specificity: macroSpecificity,
  weighted_specificity: weightedSpecificity,
  kappa,
  mcc,
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof metrics;

/** Those that a headline may be: shares of clips, or means of such shares. */
export type ShareName = {
  [N in MetricName]: (typeof metrics)[N] extends { readonly chance: unknown } ? N : never;
}[MetricName];

export const metricNames = Object.keys(metrics) as readonly MetricName[];

export const shareNames = metricNames.filter(
  (name): name is ShareName => 'chance' in metrics[name],
);

/** Whether a value lies between −1 and 1 instead of 0 and 1. */
export function isCoefficient(name: string): boolean {
  const metric: Metric | undefined = (metrics as Readonly<Record<string, Metric>>)[name];
  return metric?.coefficient === true;
}
