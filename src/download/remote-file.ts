import type { Token } from './tools.ts';

/** A file of a source, and what is known of it before it is here. */
export interface RemoteFile {
  /** Where it belongs: relative, `/`-separated. */
  readonly path: string;
  /** Addresses, the likeliest first; the next one is asked where there is no such file. */
  readonly urls: readonly string[];
  readonly size?: number;
  readonly sha256?: string;
  readonly md5?: string;
  readonly token?: Token;
}
