import { limits } from './limits.ts';
import type { Metric, Pairs } from './types.ts';

/** One `runs/log-batch` request within every limit. */
export interface Batch {
  readonly metrics: readonly Metric[];
  readonly params: Pairs;
  readonly tags: Pairs;
}

const nothing: Batch = { metrics: [], params: {}, tags: {} };

/**
 * Cuts any amount into batches that servers take, and take again. Params go by themselves: one that
 * is refused takes its whole batch with it. NaN goes by itself: MLflow 2 refuses a batch with one
 * when it comes a second time. Equal points are sent once. The points of a key keep their order.
 */
export function planBatches({
  metrics = [],
  params = {},
  tags = {},
}: Partial<Batch>): readonly Batch[] {
  const points = distinct(metrics);
  const numbers = points.filter(({ value }) => !Number.isNaN(value));
  const gaps = points.filter(({ value }) => Number.isNaN(value));
  return [
    ...slices(Object.entries(params), limits.batchParams).map((some) => ({
      ...nothing,
      params: Object.fromEntries(some),
    })),
    ...slices(Object.entries(tags), limits.batchTags).map((some) => ({
      ...nothing,
      tags: Object.fromEntries(some),
    })),
    ...metricBatches(numbers),
    ...metricBatches(gaps),
  ];
}

/** A hundred keys at a time, each with all its points: few requests whatever the order they come in. */
function metricBatches(metrics: readonly Metric[]): readonly Batch[] {
  const byKey = new Map<string, Metric[]>();
  for (const metric of metrics) {
    const points = byKey.get(metric.key);
    if (points === undefined) byKey.set(metric.key, [metric]);
    else points.push(metric);
  }
  return slices([...byKey.values()], limits.batchKeys)
    .flatMap((group) => slices(group.flat(), limits.batchMetrics))
    .map((some) => ({ ...nothing, metrics: some }));
}

function distinct(metrics: readonly Metric[]): readonly Metric[] {
  const points = new Map<string, Metric>();
  for (const metric of metrics) {
    const { key, value, timestamp, step, modelId = '' } = metric;
    points.set(JSON.stringify([key, String(value), timestamp, step, modelId]), metric);
  }
  return [...points.values()];
}

function slices<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) =>
    items.slice(n * size, (n + 1) * size),
  );
}
