import { type Digest, sha256 } from '../digest.ts';
import { encode } from './encode.ts';

/** The digest of an artifact: over its sorted (path, file digest) pairs. */
export function treeDigest(files: Readonly<Record<string, Digest>>): Digest {
  return sha256(encode(['affekt.tree/1', files]));
}
