import { writeFileSync } from 'node:fs';
import type { JsonObject } from '../../util/json.ts';
import { NpyReader, writeNpy } from '../../util/npy.ts';
import { CachePaths } from '../cache/paths.ts';
import type { Digest } from '../digest.ts';
import { type ChunkRow, readRows } from '../plan/each.ts';
import type { Each, ItemResult, ItemRows, Shard, TaskContext } from '../stage.ts';
import type { Job, KnownRows } from './executor.ts';

/** Computes a chunk: rows that are known from another chunk are copied, the rest is made by the stage. */
export async function performChunk(
  each: Each<never>,
  job: Job,
  context: TaskContext<JsonObject>,
): Promise<void> {
  const paths = new CachePaths(job.cache);
  const known = new Map(job.known.map((rows) => [rows.item, rows]));
  const shards = new Map<Digest, NpyReader>();
  const copy = ({ shard, offset, rows, meta }: KnownRows): ItemResult => {
    let reader = shards.get(shard);
    if (reader === undefined) {
      reader = new NpyReader(paths.object(shard));
      shards.set(shard, reader);
    }
    return {
      data: reader.read(offset, rows),
      columns: reader.shape.columns,
      ...(meta === undefined ? {} : { meta }),
    };
  };
  let compute: Awaited<ReturnType<Each<never>['open']>> | undefined;
  const parts: Float32Array[] = [];
  const rows: { item: Digest; offset: number; rows: number; meta?: JsonObject }[] = [];
  let columns = 0;
  let offset = 0;
  try {
    for (const [i, item] of job.items.entries()) {
      context.signal.throwIfAborted();
      const have = known.get(item);
      let result: ItemResult;
      if (have !== undefined) result = copy(have);
      else {
        compute ??= await each.open(job.params as never);
        result = await compute({ digest: item }, paths.object(item));
        // Lets a cancel message in between two items.
        await new Promise(setImmediate);
      }
      if (i === 0) columns = result.columns;
      const count = result.data.length / result.columns;
      if (result.columns !== columns || !Number.isInteger(count)) {
        throw new Error(
          `item ${item.slice(0, 12)}: ${result.data.length} values in ${result.columns} columns, not ${columns}`,
        );
      }
      parts.push(result.data);
      rows.push({
        item,
        offset,
        rows: count,
        ...(result.meta === undefined ? {} : { meta: result.meta }),
      });
      offset += count;
      context.progress(i + 1, job.items.length);
    }
  } finally {
    for (const reader of shards.values()) reader.close();
  }
  const output = context.output('chunk');
  writeNpy(output.path('data.npy'), columns, parts);
  writeFileSync(output.path('rows.json'), `${JSON.stringify(rows)}\n`);
}

/** Runs the combining leaf over the finished chunks. */
export async function performCombine(
  each: Each<never>,
  job: Job,
  context: TaskContext<JsonObject>,
): Promise<void> {
  const paths = new CachePaths(job.cache);
  const shards: Shard[] = [];
  const all = new Map<Digest, ItemRows>();
  for (const [shard, chunk] of context.inputs('chunks').entries()) {
    const digest = chunk.files['data.npy'] as Digest;
    shards.push({ digest, path: paths.object(digest) });
    for (const { item, offset, rows, meta } of readRows(
      chunk.path('rows.json'),
    ) as readonly ChunkRow[]) {
      all.set(item, { shard, offset, rows, ...(meta === undefined ? {} : { meta }) });
    }
  }
  await each.combine(context as never, shards, all);
}
