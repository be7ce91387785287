import type { Operation } from '../layout/operations.ts';

/** An operation that is to be sent, and the id by which it is remembered. */
interface Pending {
  readonly id: string;
  readonly operation: Operation;
}

/** Travels in one request. */
export type Batch = readonly [Pending, ...Pending[]];

/** Operations that follow one another and can travel in one request: points of the same run. */
export function together(pending: readonly Pending[]): readonly Batch[] {
  const batches: [Pending, ...Pending[]][] = [];
  for (const one of pending) {
    const last = batches.at(-1);
    const before = last?.[0]?.operation;
    const { operation } = one;
    const joins = operation.type === 'metrics' && before?.type === 'metrics';
    if (joins && before.run === operation.run) last?.push(one);
    else batches.push([one]);
  }
  return batches;
}

/** The one operation that says what all of a batch say. */
export function joined(batch: Batch): Operation {
  const [{ operation: first }] = batch;
  if (first.type !== 'metrics') return first;
  const metrics = batch.flatMap(({ operation }) =>
    operation.type === 'metrics' ? operation.metrics : [],
  );
  return { ...first, metrics };
}
