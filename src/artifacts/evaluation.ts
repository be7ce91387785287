import { readFileSync } from 'node:fs';
import { type ArtifactFiles, defineArtifact } from '../engine/artifact.ts';
import { isCoefficient } from '../stats/metrics/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../util/json.ts';
import type { Metrics } from './metrics.ts';
import { parseFormat } from './parse-format.ts';

export type { MetricSet, Metrics } from './metrics.ts';

/** Reads `metrics.json`. Throws on a tree that the validator would refuse. */
export function readMetrics(files: ArtifactFiles): Metrics {
  const { problems, metrics } = check(files);
  if (metrics === undefined) throw new Error(`not an evaluation: ${problems.join('; ')}`);
  return metrics;
}

export const evaluation = defineArtifact({
  type: 'evaluation',
  summary: 'Values with intervals and protocol, and the tables behind them',
  sink: true,
  kept: true,
  validate: (files) => check(files).problems,
});

function check(files: ArtifactFiles): { problems: readonly string[]; metrics?: Metrics } {
  if (files.files['metrics.json'] === undefined) return { problems: ['metrics.json is missing'] };
  const value = parseFormat(readFileSync(files.path('metrics.json'), 'utf8'), 'affekt.metrics/1');
  const problem = typeof value === 'string' ? value : metricsProblem(value);
  return problem === undefined
    ? { problems: [], metrics: value as unknown as Metrics }
    : { problems: [`metrics.json: ${problem}`] };
}

/** Always defined. */
const shares = new Set(['uar', 'accuracy']);

function metricsProblem(value: JsonObject): string | undefined {
  const { labels, sets, headline, rankings, comparisons } = value;
  if (!Array.isArray(labels) || labels.length < 2) return 'labels must list the classes';
  if (!Array.isArray(sets) || sets.length === 0) return 'sets must not be empty';
  const names = new Set<unknown>();
  for (const set of sets as readonly Json[]) {
    if (!isJsonObject(set)) return 'a set is not an object';
    names.add(set['name']);
    const { values, protocol, confusion } = set;
    if (!isJsonObject(values) || !isJsonObject(values['uar'])) return 'a set has no uar';
    for (const [name, one] of Object.entries(values)) {
      const number = isJsonObject(one) ? one['value'] : undefined;
      const low = isCoefficient(name) ? -1 : 0;
      if (number === null && !shares.has(name)) continue;
      if (typeof number !== 'number' || !(number >= low && number <= 1)) {
        return low === 0 ? `${name} must be a fraction` : `${name} must lie within −1 and 1`;
      }
    }
    if (!isJsonObject(protocol) || typeof protocol['sentence'] !== 'string') {
      return 'a set has no protocol';
    }
    const counts = isJsonObject(confusion) ? confusion['counts'] : undefined;
    const square = Array.isArray(counts) && counts.length === labels.length;
    if (!square) return 'a confusion matrix does not fit the labels';
  }
  if (names.size !== sets.length) return 'two sets have the same name';
  if (headline !== null && (!isJsonObject(headline) || !names.has(headline['set'])))
    return 'headline names no set';
  if (!Array.isArray(rankings) || !Array.isArray(comparisons)) {
    return 'rankings and comparisons must be lists';
  }
  for (const row of comparisons as readonly Json[]) {
    if (!isJsonObject(row) || !names.has(row['a']) || !names.has(row['b'])) {
      return 'a comparison names no two sets';
    }
    if (row['refused'] !== null && row['p'] !== null) return 'a refused test has a p';
  }
  for (const row of rankings as readonly Json[]) {
    const members = isJsonObject(row) ? row['sets'] : undefined;
    const known = (one: Json): boolean => isJsonObject(one) && names.has(one['set']);
    if (!Array.isArray(members) || !members.every(known)) return 'a ranking names no set';
  }
  return undefined;
}
