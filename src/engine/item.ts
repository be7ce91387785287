import type { JsonObject } from '../util/json.ts';
import { type Digest, sha256 } from './digest.ts';
import { encode } from './plan/encode.ts';

/** An item of an `each` kind: content that is processed by itself. */
export interface Item {
  readonly digest: Digest;
  /** What else its result depends on: which copy it is, whose random numbers it draws. */
  readonly data?: JsonObject;
}

/** An item with what tells it from others. */
export interface KnownItem extends Item {
  readonly id: Digest;
}

/** The digest of its content; with data, of both. */
export function itemId({ digest, data }: Item): Digest {
  return data === undefined ? digest : sha256(encode(['affekt.item/1', digest, data]));
}
