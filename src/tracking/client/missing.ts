import type { Batch } from './batches.ts';
import type { CallOptions } from './caller.ts';
import { ok, type Result } from './result.ts';
import type { Runs } from './runs.ts';
import type { Metric } from './types.ts';

/** Databases keep infinity as the largest double. */
export function asStored(value: number): number {
  if (value === Number.POSITIVE_INFINITY) return Number.MAX_VALUE;
  return value === Number.NEGATIVE_INFINITY ? -Number.MAX_VALUE : value;
}

const pointOf = ({ key, value, timestamp, step }: Metric): string =>
  `${key}\n${timestamp} ${step} ${asStored(value)}`;

/**
 * Which of these values a run does not hold, exactly as they are: nothing where all arrived. One
 * request for the run and one for each metric. What comes back can be logged again; a param that is
 * there with another value comes back, too, and will be refused.
 */
export async function findMissing(
  runs: Runs,
  id: string,
  { metrics = [], params = {}, tags = {} }: Partial<Batch>,
  options?: CallOptions,
): Promise<Result<Batch>> {
  const run = await runs.get(id, options);
  if (!run.ok) return run;
  const stored = new Set<string>();
  for (const key of new Set(metrics.map((metric) => metric.key))) {
    const history = await runs.history(id, key, options);
    if (!history.ok) return history;
    for (const metric of history.value) stored.add(pointOf(metric));
  }
  const differing = (wanted: Batch['params'], held: Batch['params']) =>
    Object.fromEntries(Object.entries(wanted).filter(([key, value]) => held[key] !== value));
  return ok({
    metrics: metrics.filter((metric) => !stored.has(pointOf(metric))),
    params: differing(params, run.value.params),
    tags: differing(tags, run.value.tags),
  });
}
