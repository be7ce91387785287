import { type MetricSet, type Metrics, readMetrics } from '../artifacts/evaluation.ts';
import { readModels } from '../artifacts/models.ts';
import { type Prediction, scoredPredictions } from '../artifacts/predictions.ts';
import type { Digest } from '../engine/digest.ts';
import type { Findings } from './findings.ts';
import { type AuditTask, inputDigests, type Lineage } from './lineage.ts';

/** A set of an evaluation with the models that it was computed from. */
export interface ScoredSet {
  readonly set: MetricSet;
  /** Of the evaluation that it is in. */
  readonly metrics: Metrics;
  readonly models: Digest;
  readonly evaluation: AuditTask;
}

/** Sums of a few hundred fractions in another order differ by some 1e-15. */
const tolerance = 1e-12;

/** Counts the predictions once more, by the definition, and compares with what the evaluation says. */
export function checkNumbers(
  evaluation: AuditTask,
  lineage: Lineage,
  findings: Findings,
): readonly ScoredSet[] {
  const { address, record } = evaluation;
  const output = Object.values(record.outputs).find(({ type }) => type === 'evaluation');
  const files = output === undefined ? undefined : lineage.artifact(output.digest);
  if (files === undefined) return [];
  const metrics = readMetrics(files);
  const models = inputDigests(evaluation, 'models');
  const [corpus] = inputDigests(evaluation, 'corpus');
  const table = corpus === undefined ? undefined : lineage.corpus(corpus);
  const truth = table && new Map(table.utterances.map((one) => [one.id, one.emotion]));
  if (models.length !== metrics.sets.length) {
    const message = `states ${metrics.sets.length} sets of ${models.length} models`;
    findings.add('wrong', 'sets', address, message);
  }
  return metrics.sets.flatMap((set, index): readonly ScoredSet[] => {
    const digest = models[index];
    const made = digest === undefined ? undefined : lineage.artifact(digest);
    if (digest === undefined || made === undefined) return [];
    const rows = scoredPredictions(readModels(made).predictions, set.protocol.role ?? 'test');
    const odd = rows.find(({ id, label }) => truth !== undefined && truth.get(id) !== label);
    if (odd !== undefined) {
      const message = `${set.name} scores "${odd.id}" as ${odd.label}, and the corpus says ${truth?.get(odd.id) ?? 'nothing of it'}`;
      findings.add('wrong', `labels ${set.name}`, address, message);
    }
    for (const [name, value] of Object.entries(recount(rows))) {
      const stated = set.values[name]?.value;
      if (typeof stated === 'number' && Math.abs(stated - value) <= tolerance) continue;
      const message = `${name} of ${set.name} is stated as ${stated}, and the predictions give ${value}`;
      findings.add('wrong', `${name} ${set.name}`, address, message);
    }
    const utterances = new Set(rows.map(({ id }) => id)).size;
    if (utterances !== set.n.utterances) {
      const message = `${set.name} is stated to score ${set.n.utterances} clips, and has predictions of ${utterances}`;
      findings.add('wrong', `n ${set.name}`, address, message);
    }
    return [{ set, metrics, models: digest, evaluation }];
  });
}

/** Mean over seeds of the pooled accuracy and of the mean recall over the classes that occur. */
function recount(rows: readonly Prediction[]): { readonly uar: number; readonly accuracy: number } {
  const seeds = [...new Set(rows.map(({ seed }) => seed))];
  const of = (seed: number): { readonly uar: number; readonly accuracy: number } => {
    const own = rows.filter((row) => row.seed === seed);
    const right = own.filter((row) => row.predicted === row.label);
    const classes = [...new Set(own.map(({ label }) => label))];
    const count = (list: readonly Prediction[], label: string): number =>
      list.filter((row) => row.label === label).length;
    const recalls = classes.map((label) => count(right, label) / count(own, label));
    return { uar: mean(recalls), accuracy: right.length / own.length };
  };
  const each = seeds.map(of);
  return { uar: mean(each.map(({ uar }) => uar)), accuracy: mean(each.map((one) => one.accuracy)) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
