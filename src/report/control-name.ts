import type { MetricSet } from '../artifacts/metrics.ts';

const names: ReadonlyMap<string, string> = new Map([
  ['logreg', 'logistic regression'],
  ['shuffled_labels', 'shuffled labels'],
  ['plain', 'without enrolment'],
]);

/**
 * A control of a set in words. Logistic regression beside logistic regression is the same model, with
 * the params that a search chose for it.
 */
export function controlName(name: string, set: MetricSet): string {
  const words = names.get(name) ?? name.replaceAll('_', ' ');
  const values = Object.entries(set.controls[name] ?? {});
  const same = values.every(([metric, value]) => (set.values[metric]?.value ?? null) === value);
  if (name !== 'logreg' || values.length === 0 || !same) return words;
  return set.protocol.selection === 'none'
    ? `${words} (the model itself)`
    : `${words} (the model itself, as it was chosen)`;
}
