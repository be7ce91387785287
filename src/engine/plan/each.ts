import { readFileSync } from 'node:fs';
import type { Artifact, InputArtifact } from '../artifact.ts';
import type { Digest } from '../digest.ts';
import type { Each, Item } from '../stage.ts';
import type { Outputs } from './request.ts';

/** Chunks hold three eighths to three quarters of this many items on average; by chance one may hold more. */
const chunkLimit = 64;

export interface Chunk {
  /** The common prefix of its items' digests, in hex of `bits` bits. */
  readonly prefix: string;
  /** Sorted, each once. */
  readonly items: readonly Digest[];
}

/**
 * Shards items by a prefix of their digest: which chunk an item falls into depends on the item and
 * on how many there are (to a power of two), not on its neighbours or its place in a list.
 */
export function chunksOf(items: readonly Item[]): readonly Chunk[] {
  const digests = [...new Set(items.map(({ digest }) => digest))].sort();
  let bits = 0;
  while (digests.length / 2 ** bits > chunkLimit * 0.75) bits++;
  const chunks = new Map<string, Digest[]>();
  for (const digest of digests) {
    // 32 bits of prefix shard 2 × 10^11 items.
    const head = Number.parseInt(digest.slice(0, 8), 16);
    const prefix =
      bits === 0
        ? '0'
        : Math.floor(head / 2 ** (32 - bits))
            .toString(16)
            .padStart(Math.ceil(bits / 4), '0');
    const list = chunks.get(prefix) ?? [];
    list.push(digest);
    chunks.set(prefix, list);
  }
  return [...chunks].map(([prefix, list]) => ({ prefix, items: list }));
}

/** A line of a chunk's `rows.json`. */
export interface ChunkRow {
  readonly item: Digest;
  readonly offset: number;
  readonly rows: number;
  readonly meta?: { readonly [key: string]: never };
}

/** What the two leaves of an `each` kind are asked through. */
export interface EachCalls {
  chunk(chunk: Chunk): Promise<Outputs>;
  combine(chunks: readonly Artifact[]): Promise<Outputs>;
}

/** The coordinator behind every `each` kind. */
export async function coordinateEach(
  each: Pick<Each<never>, 'over' | 'items'>,
  input: InputArtifact,
  calls: EachCalls,
): Promise<Outputs> {
  const made = await Promise.all(chunksOf(each.items(input)).map((chunk) => calls.chunk(chunk)));
  return calls.combine(made.map((outputs) => outputs['chunk'] as Artifact));
}

/** Reads a chunk's rows. */
export function readRows(path: string): readonly ChunkRow[] {
  return JSON.parse(readFileSync(path, 'utf8')) as readonly ChunkRow[];
}
