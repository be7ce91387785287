import type { TaskRecord } from '../../engine/record/types.ts';

/**
 * Milliseconds in which at least one of some tasks was at work. What they took is told by this, not by their
 * first start and last end: parts that were found in the cache may be days older than the others.
 */
export function busyTime(records: readonly TaskRecord[]): number {
  const spans = records
    .map(({ runtime }) => [Date.parse(runtime.started), Date.parse(runtime.ended)] as const)
    .sort(([a], [b]) => a - b);
  let [busy, until] = [0, Number.NEGATIVE_INFINITY];
  for (const [started, ended] of spans) {
    busy += Math.max(0, ended - Math.max(started, until));
    until = Math.max(until, ended);
  }
  return busy;
}
