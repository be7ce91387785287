import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { JsonObject } from '../../util/json.ts';
import { NpyReader, writeNpy } from '../../util/npy.ts';
import { CachePaths } from '../cache/paths.ts';
import type { Digest } from '../digest.ts';
import type { KnownItem } from '../item.ts';
import { type ChunkFile, type ChunkRow, readEntries } from '../plan/each.ts';
import type {
  Each,
  EachFiles,
  EachRows,
  ItemResult,
  ItemRows,
  ItemTools,
  MadeFile,
  Shard,
  TaskContext,
} from '../stage.ts';
import type { Job, KnownResult } from './executor.ts';

type Context = TaskContext<JsonObject>;

/** Computes a chunk: what is known from another chunk is copied, the rest is made by the stage. */
export async function performChunk(each: Each<never>, job: Job, context: Context): Promise<void> {
  await (each.makes === 'files' ? makeFiles(each, job, context) : makeRows(each, job, context));
}

async function makeRows(each: EachRows<never>, job: Job, context: Context): Promise<void> {
  const paths = new CachePaths(job.cache);
  const shards = new Map<Digest, NpyReader>();
  const copy = (known: Extract<KnownResult, { shard: Digest }>): ItemResult => {
    const { shard, offset, rows, meta } = known;
    let reader = shards.get(shard);
    if (reader === undefined) {
      reader = new NpyReader(paths.object(shard));
      shards.set(shard, reader);
    }
    const data = reader.read(offset, rows);
    return { data, columns: reader.shape.columns, ...(meta && { meta }) };
  };
  const parts: Float32Array[] = [];
  const rows: ChunkRow[] = [];
  let columns = 0;
  let offset = 0;
  try {
    for await (const { item, known, compute } of eachItem(each, job, context)) {
      const result = known !== undefined && 'shard' in known ? copy(known) : await compute();
      if (rows.length === 0) columns = result.columns;
      const count = result.data.length / result.columns;
      if (result.columns !== columns || !Number.isInteger(count)) {
        throw new Error(
          `item ${item.id.slice(0, 12)}: ${result.data.length} values in ${result.columns} columns, not ${columns}`,
        );
      }
      parts.push(result.data);
      const { meta } = result;
      rows.push({ item: item.id, offset, rows: count, ...(meta && { meta }) });
      offset += count;
    }
  } finally {
    for (const reader of shards.values()) reader.close();
  }
  const output = context.output('chunk');
  writeNpy(output.path('data.npy'), columns, parts);
  writeFileSync(output.path('rows.json'), `${JSON.stringify(rows)}\n`);
}

async function makeFiles(each: EachFiles<never>, job: Job, context: Context): Promise<void> {
  const output = context.output('chunk');
  const entries: ChunkFile[] = [];
  for await (const { item, known, compute } of eachItem(each, job, context)) {
    const add = (extension: string, meta: JsonObject | undefined): string => {
      const file = `${item.id}${extension}`;
      entries.push({ item: item.id, file, ...(meta && { meta }) });
      return file;
    };
    if (known !== undefined && 'object' in known) {
      output.link(add(known.extension, known.meta), known.object);
    } else {
      const { bytes, extension, meta } = await compute();
      writeFileSync(output.path(add(extension, meta)), bytes);
    }
  }
  writeFileSync(output.path('files.json'), `${JSON.stringify(entries)}\n`);
}

interface Turn<R> {
  readonly item: KnownItem;
  readonly known: KnownResult | undefined;
  compute(): Promise<R>;
}

/** The items of a job, one by one; the stage is opened when the first of them must be computed. */
async function* eachItem<R>(
  {
    open,
  }: {
    open(
      params: never,
      tools: ItemTools,
    ): Promise<(item: KnownItem, path: string) => Promise<R> | R>;
  },
  job: Job,
  { signal, progress, source }: Context,
): AsyncGenerator<Turn<R>> {
  const paths = new CachePaths(job.cache);
  const known = new Map(job.known.map((result) => [result.item, result]));
  let opened: ReturnType<typeof open> | undefined;
  for (const [i, item] of job.items.entries()) {
    signal.throwIfAborted();
    yield {
      item,
      known: known.get(item.id),
      async compute() {
        opened ??= open(job.params as never, { seed: job.seed, source });
        const result = await (await opened)(item, paths.object(item.digest));
        // Lets a cancel message in between two items.
        await new Promise(setImmediate);
        return result;
      },
    };
    progress(i + 1, job.items.length);
  }
}

/** Runs the combining leaf over the finished chunks. */
export async function performCombine(each: Each<never>, job: Job, context: Context): Promise<void> {
  const paths = new CachePaths(job.cache);
  const chunks = context.inputs('chunks');
  if (each.makes === 'files') {
    const made = new Map<Digest, MadeFile>();
    for (const chunk of chunks) {
      for (const { item, file, ...entry } of readEntries<ChunkFile>(chunk.path('files.json'))) {
        const digest = chunk.files[file] as Digest;
        made.set(item, { digest, extension: extname(file), ...entry });
      }
    }
    await each.combine(context as never, made);
    return;
  }
  const shards: Shard[] = [];
  const all = new Map<Digest, ItemRows>();
  for (const [shard, chunk] of chunks.entries()) {
    const digest = chunk.files['data.npy'] as Digest;
    shards.push({ digest, path: paths.object(digest) });
    for (const { item, ...row } of readEntries<ChunkRow>(chunk.path('rows.json'))) {
      all.set(item, { shard, ...row });
    }
  }
  await each.combine(context as never, shards, all);
}
