import type { Json, JsonObject } from '../../util/json.ts';
import { type Digest, sha256 } from '../digest.ts';
import { encode } from './encode.ts';

/** Raised when the encoding or the meaning of a field changes: every cached result is then made anew. */
const keyFormat = 'affekt.key/1';

/**
 * Everything that can change a task's result, and nothing else. Not here, on purpose: stage names
 * and addresses (two stages that do the same share a result), places, mtimes, executor, job count,
 * timeouts, log level, host.
 */
export interface KeyData {
  /** What is computed. */
  readonly kind: string;
  /** Raised by hand when the same inputs give other bytes. */
  readonly version: number;
  /** `chunk` or `combine` for the two leaves of an `each` kind. */
  readonly part: string | null;
  /** Params that differ from their default, so that a new param with a neutral default changes no key. */
  readonly params: JsonObject;
  /** Only for kinds that draw random numbers. */
  readonly seed: number | null;
  /** By port: the digest of what was made, not of how it was made: a rerun with equal output stops here. */
  readonly inputs: Readonly<Record<string, Digest | readonly Digest[]>>;
  /** Addresses by port, where the task writes them: only for ports that are `named`. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  /** Items of a chunk, sorted. */
  readonly items: readonly Digest[] | null;
  /** What is read outside the DAG, by content. */
  readonly sources: Readonly<Record<string, Digest>>;
  /** `name@version` of packages that compute numbers. */
  readonly dependencies: readonly string[];
  /** Digest of the kind's code where it differs from the released code; own stages always have one. */
  readonly salt: Digest | null;
}

/** The key of a task: SHA-256 over the canonical encoding of its data. */
export function keyOf(data: KeyData): Digest {
  return sha256(encode([keyFormat, data as unknown as Json]));
}

/** The family of an `each` kind's chunks: the key without the items. Rows of one family may be reused. */
export function familyOf(data: KeyData): Digest {
  return sha256(encode([keyFormat, 'family', { ...data, items: null } as unknown as Json]));
}
