import { nearest } from '../../util/suggest.ts';
import { UsageError } from '../command.ts';
import { type Condition, compareText, meets, parseWhere, type Values } from './condition.ts';
import { fieldNames, type RunValues, stateNames } from './run-values.ts';

export interface SortKey {
  readonly key: string;
  readonly descending: boolean;
}

/** Reads `KEY`, `KEY asc` or `KEY desc`. Throws `UsageError`. */
export function parseSort(text: string): SortKey {
  const [, key = '', direction = 'asc'] = /^\s*(\S+?)(?:\s+(\S+))?\s*$/.exec(text) ?? [];
  if (key === '' || !['asc', 'desc'].includes(direction)) {
    throw new UsageError(
      `--sort "${text}" is neither KEY nor KEY desc`,
      'For the best first: --sort "uar desc".',
    );
  }
  return { key, descending: direction === 'desc' };
}

export interface Wanted {
  readonly where: readonly string[];
  readonly sort: readonly string[];
  readonly columns: readonly string[];
}

/** The runs that meet all conditions, sorted; and the keys to show. Throws `UsageError` on a key that no run has. */
export function selectRuns(
  runs: readonly RunValues[],
  { where, sort, columns }: Wanted,
): { readonly runs: readonly RunValues[]; readonly columns: readonly string[] } {
  const conditions = where.flatMap(parseWhere);
  const keys = sort.map(parseSort);
  const shown = columns.flatMap((list) => list.split(',').map((one) => one.trim())).filter(Boolean);
  for (const [option, key] of [
    ...conditions.map((one) => ['--where', one.key] as const),
    ...keys.map((one) => ['--sort', one.key] as const),
    ...shown.map((key) => ['--columns', key] as const),
  ]) {
    requireKey(option, key, runs);
  }
  for (const condition of conditions) checkValue(condition, runs);
  const kept = runs.filter((run) => conditions.every((one) => meets(run.of(one.key), one)));
  const sorted = keys.length === 0 ? kept : [...kept].sort((a, b) => compare(a, b, keys));
  const asked = [...shown, ...keys.map(({ key }) => key), ...conditions.map(({ key }) => key)];
  return { runs: sorted, columns: [...new Set(asked)] };
}

/** A key that no run has is a typo; with no run at all nothing can be said. */
function requireKey(option: string, key: string, runs: readonly RunValues[]): void {
  if (runs.length === 0 || fieldNames.includes(key)) return;
  if (runs.some((run) => run.of(key).length > 0)) return;
  const names = [
    ...new Set([
      ...fieldNames,
      ...runs.flatMap((run) => [...run.metricNames]),
      ...runs.flatMap((run) => [...run.paramNames]),
    ]),
  ];
  const last = key.slice(key.lastIndexOf('.') + 1);
  // A param without its stage is the likeliest mistake.
  const near =
    names.find((name) => name.endsWith(`.${last}`) && !key.includes('.')) ?? nearest(key, names);
  const metrics = [...new Set(runs.flatMap((run) => [...run.metricNames]))];
  throw new UsageError(
    `${option}: no run has "${key}"${near === undefined ? '' : `; did you mean ${near}?`}`,
    `There are ${fieldNames.join(', ')}; metrics${metrics.length === 0 ? '' : ` (${metrics.slice(0, 4).join(', ')} …)`}; params as STAGE.PARAM.`,
  );
}

/** Values that can never be met. */
function checkValue({ key, value, operator, text }: Condition, runs: readonly RunValues[]): void {
  if (key === 'state' && (operator === '=' || operator === '==' || operator === '!=')) {
    if (stateNames.includes(String(value))) return;
    const near = nearest(String(value), stateNames);
    throw new UsageError(
      `--where: no state is "${value}"${near === undefined ? '' : `; did you mean ${near}?`}`,
      `A run is ${stateNames.join(', ')}.`,
    );
  }
  const share = runs.some((run) => run.metricNames.includes(key)) && !unbounded.has(key);
  if (share && typeof value === 'number' && value > 1) {
    throw new UsageError(
      `--where "${text}": ${key} is a fraction`,
      `Write ${value / 100} or ${value} %.`,
    );
  }
}

/** Metrics that may be above 1. */
const unbounded = new Set(['log_loss', 'brier']);

function compare(a: RunValues, b: RunValues, keys: readonly SortKey[]): number {
  for (const { key, descending } of keys) {
    const [x = null] = a.of(key);
    const [y = null] = b.of(key);
    // What is not known is last, whichever way.
    if (x === null || y === null) {
      if (x === y) continue;
      return x === null ? 1 : -1;
    }
    const order = compareValues(x, y);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

function compareValues(a: NonNullable<Values[number]>, b: NonNullable<Values[number]>): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : compareText(String(a), String(b));
}
