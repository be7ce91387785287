import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../util/json.ts';
import type { Artifact, InputArtifact } from '../artifact.ts';
import type { Digest } from '../digest.ts';
import { type Item, itemId, type KnownItem } from '../item.ts';
import type { Each } from '../stage.ts';
import type { Outputs } from './request.ts';

/** Chunks hold three eighths to three quarters of this many items on average; by chance one may hold more. */
const chunkLimit = 64;

export interface Chunk {
  /** The common prefix of its items' ids, in hex of `bits` bits. */
  readonly prefix: string;
  /** Sorted by id, each once. */
  readonly items: readonly KnownItem[];
}

/**
 * Shards items by a prefix of their id: which chunk an item falls into depends on the item and
 * on how many there are (to a power of two), not on its neighbours or its place in a list.
 */
export function chunksOf(items: readonly Item[]): readonly Chunk[] {
  const known = new Map(items.map((item) => [itemId(item), item]));
  let bits = 0;
  while (known.size / 2 ** bits > chunkLimit * 0.75) bits++;
  const chunks = new Map<string, KnownItem[]>();
  for (const id of [...known.keys()].sort()) {
    // 32 bits of prefix shard 2 × 10^11 items.
    const head = Number.parseInt(id.slice(0, 8), 16);
    const prefix =
      bits === 0
        ? '0'
        : Math.floor(head / 2 ** (32 - bits))
            .toString(16)
            .padStart(Math.ceil(bits / 4), '0');
    const list = chunks.get(prefix) ?? [];
    list.push({ ...(known.get(id) as Item), id });
    chunks.set(prefix, list);
  }
  return [...chunks].map(([prefix, list]) => ({ prefix, items: list }));
}

/** An entry of a chunk's `rows.json`: where the rows of an item lie in `data.npy`. */
export interface ChunkRow {
  readonly item: Digest;
  readonly offset: number;
  readonly rows: number;
  readonly meta?: JsonObject;
}

/** An entry of a chunk's `files.json`. */
export interface ChunkFile {
  readonly item: Digest;
  /** Name in the chunk's tree. */
  readonly file: string;
  readonly meta?: JsonObject;
}

/** What the two leaves of an `each` kind are asked through. */
export interface EachCalls {
  chunk(chunk: Chunk): Promise<Outputs>;
  combine(chunks: readonly Artifact[]): Promise<Outputs>;
}

/** The coordinator behind every `each` kind. */
export async function coordinateEach<P>(
  each: Pick<Each<P>, 'over' | 'items'>,
  { input, params }: { readonly input: InputArtifact; readonly params: P },
  calls: EachCalls,
): Promise<Outputs> {
  const chunks = chunksOf(each.items(input, params));
  // The largest first, so that workers that share them end at about the same time; records list them so.
  const largestFirst = [...chunks].sort((a, b) => b.items.length - a.items.length);
  const asked = new Map(largestFirst.map((chunk) => [chunk, calls.chunk(chunk)]));
  const made = await Promise.all(chunks.map((chunk) => asked.get(chunk)));
  return calls.combine(made.map((outputs) => outputs?.['chunk'] as Artifact));
}

/** Reads a chunk's `rows.json` or `files.json`. */
export function readEntries<T extends ChunkRow | ChunkFile>(path: string): readonly T[] {
  return JSON.parse(readFileSync(path, 'utf8')) as readonly T[];
}
