import type { Json, JsonObject } from '../util/json.ts';
import type { InputArtifact } from './artifact.ts';
import type { Digest } from './digest.ts';
import type { Item } from './item.ts';
import type { TaskContext } from './stage.ts';

/** A row-major float32 matrix: `data.length` = rows × `columns`. `meta` is stored beside it. */
export interface ItemResult {
  readonly data: Float32Array;
  readonly columns: number;
  readonly meta?: JsonObject;
}

/** A whole file that an item became. */
export interface ItemFile {
  readonly bytes: Uint8Array;
  /** With its dot. */
  readonly extension: string;
  readonly meta?: JsonObject;
}

/** Where an item's rows lie among the shards that `combine` may link. */
export interface ItemRows {
  readonly shard: number;
  readonly offset: number;
  readonly rows: number;
  readonly meta?: JsonObject;
}

/** A chunk's matrix as one npy file, ready to be linked into an output. */
export interface Shard {
  readonly digest: Digest;
  readonly path: string;
}

/** The file of an item, ready to be linked into an output. */
export interface MadeFile {
  readonly digest: Digest;
  readonly extension: string;
  readonly meta?: JsonObject;
}

/** What the work on one item may use beside its params. */
export interface ItemTools {
  /** As in `TaskContext`: 0 unless the kind is `random`. It is the same for all items of a stage. */
  readonly seed: number;
  /** Where a declared source is on this machine. */
  source(name: string): Json;
}

interface EachBase<P> {
  /** The port that is split into items. */
  readonly over: string;
  /** The items of that artifact, from its small metadata files. Pure and synchronous. */
  items(input: InputArtifact, params: P): readonly Item[];
}

/** Prepares once for a chunk; the function it returns must depend on its item, params and tools alone. */
type OpenEach<P, R> = (
  params: P,
  tools: ItemTools,
) => Promise<(item: Item, path: string) => Promise<R> | R>;

/** An item becomes rows of a matrix; a chunk is one npy file. */
export interface EachRows<P> extends EachBase<P> {
  readonly makes?: 'rows';
  readonly open: OpenEach<P, ItemResult>;
  /** Writes the stage's outputs from the metadata of its inputs and the rows of every item, by `itemId`. */
  combine(
    context: TaskContext<P>,
    shards: readonly Shard[],
    rows: ReadonlyMap<Digest, ItemRows>,
  ): Promise<void> | void;
}

/** An item becomes a file (processed sound): an object of the cache that `combine` links. */
export interface EachFiles<P> extends EachBase<P> {
  readonly makes: 'files';
  readonly open: OpenEach<P, ItemFile>;
  combine(context: TaskContext<P>, files: ReadonlyMap<Digest, MadeFile>): Promise<void> | void;
}

/**
 * Per-utterance work. The engine shards the items by a prefix of their digest into chunks of 24–48,
 * runs each chunk as a pooled task, and ends in a leaf that runs `combine`. Only the content of an
 * item (and its data) enters a chunk's key: a corrected label never touches it, and a result once
 * computed for an item is copied, not recomputed, when its chunk changes.
 */
export type Each<P> = EachRows<P> | EachFiles<P>;
