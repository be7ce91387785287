import type { Result } from '../client/index.ts';
import { layoutRun } from '../layout/layout.ts';
import type { Operation } from '../layout/operations.ts';
import { compare, type Difference } from './compare.ts';
import { readCursor } from './cursor.ts';
import { RecordReader } from './read-record.ts';
import type { SyncOptions } from './uploader.ts';

export interface Verdict {
  readonly differences: readonly Difference[];
  /** Params, tags, points, datasets and files that were compared. */
  readonly values: number;
}

/** Reads all of a run back, every byte of its files, and compares it with what stands here. */
export async function verifyRun({
  folder,
  cache,
  client,
  experiment,
  audio,
  signal,
  timing,
}: Omit<SyncOptions, 'follow' | 'patience' | 'pause' | 'thorough'>): Promise<Result<Verdict>> {
  const cursor = readCursor(folder);
  const record = new RecordReader(folder, cache, audio).read();
  const operations = record === undefined ? [] : layoutRun(record);
  const place = {
    ...{ client, experiment, signal, bytes: 0 },
    experimentId: cursor?.experiment.id ?? undefined,
    runs: new Map(Object.entries(cursor?.runs ?? {})) as never,
  };
  const compared = await compare(operations, place, 'bytes', timing);
  if (!compared.ok) return compared;
  const values = operations.reduce((sum, operation) => sum + countOf(operation), 0);
  return { ok: true, value: { differences: compared.value, values } };
}

function countOf(operation: Operation): number {
  switch (operation.type) {
    case 'metrics':
      return operation.metrics.length;
    case 'params':
      return Object.keys(operation.params).length;
    case 'tags':
    case 'experiment':
      return Object.keys(operation.tags).length;
    case 'datasets':
      return operation.datasets.length;
    case 'run':
      return 1 + Object.keys(operation.tags).length;
    case 'end':
      return 2;
    default:
      return 1;
  }
}
