import { createHash } from 'node:crypto';

/** Lower-case hex SHA-256. Made only by this module and by reading back what it made. */
export type Digest = string & { readonly __digest: unique symbol };

export function sha256(bytes: Uint8Array | string): Digest {
  return createHash('sha256').update(bytes).digest('hex') as Digest;
}

/** Reads a digest out of untrusted text; `undefined` when it is not 64 lower-case hex digits. */
export function parseDigest(text: string): Digest | undefined {
  return /^[0-9a-f]{64}$/.test(text) ? (text as Digest) : undefined;
}
