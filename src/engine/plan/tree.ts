import { type Digest, sha256 } from '../digest.ts';
import { encode } from './encode.ts';

/**
 * The digest of an artifact: over its type and its sorted (path, file digest) pairs. The type counts,
 * because a program may do other things with equal files of another type.
 */
export function treeDigest(type: string, files: Readonly<Record<string, Digest>>): Digest {
  return sha256(encode(['affekt.tree/1', type, files]));
}
