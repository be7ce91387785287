import {
  appendFileSync,
  type BigIntStats,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { type Digest, parseDigest } from '../digest.ts';
import { makeFolder, temporaryName } from './durable.ts';
import { hashFile } from './hash-file.ts';

/** Device, inode, size, mtime and ctime as text: nanoseconds exceed 2^53. */
export function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}

/** What a file looked like when it was hashed. */
interface Entry {
  readonly stamp: string;
  readonly digest: Digest;
}

/**
 * A file whose time stamps are this close to the moment of hashing may change again without
 * showing it (coarse clocks), so its digest is used once and not remembered.
 */
const racyNanoseconds = 2_000_000_000n;

/**
 * Digests of files by (device, inode, size, mtime, ctime): an unchanged file costs one stat. ctime
 * cannot be set from user land, so a restored mtime does not hide an edit. One file per cache,
 * append-only; a torn line is skipped, and losing the file costs only hashing.
 */
export class StatMemo {
  readonly #file: string;
  readonly #entries = new Map<string, Entry>();
  #pending = '';
  #lines = 0;

  constructor(file: string) {
    this.#file = file;
    let text = '';
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      return;
    }
    for (const line of text.split('\n')) {
      const [path, stamp, hex] = line.split('\t');
      const digest = parseDigest(hex ?? '');
      if (path === undefined || stamp === undefined || digest === undefined) continue;
      this.#entries.set(path, { stamp, digest });
      this.#lines++;
    }
  }

  /**
   * The digest of a file now.
   * @throws the file system's error when it cannot be read.
   */
  digest(path: string): Digest {
    const stat = statSync(path, { bigint: true });
    const stamp = stampOf(stat);
    const known = this.#entries.get(path);
    if (known?.stamp === stamp) return known.digest;
    const started = BigInt(Date.now()) * 1_000_000n;
    const digest = hashFile(path);
    const after = statSync(path, { bigint: true });
    const limit = started - racyNanoseconds;
    const settled = stat.mtimeNs < limit && stat.ctimeNs < limit && after.ctimeNs === stat.ctimeNs;
    if (settled && !/[\t\n]/.test(path)) {
      this.#entries.set(path, { stamp, digest });
      this.#pending += `${path}\t${stamp}\t${digest}\n`;
      this.#lines++;
    } else this.#entries.delete(path);
    return digest;
  }

  /** Appends what was learnt; rewrites the file when most of its lines are out of date. */
  save(): void {
    if (this.#pending === '') return;
    makeFolder(dirname(this.#file));
    if (this.#lines > 1000 && this.#lines > 2 * this.#entries.size) {
      let text = '';
      for (const [path, { stamp, digest }] of this.#entries)
        text += `${path}\t${stamp}\t${digest}\n`;
      const temporary = temporaryName(this.#file);
      writeFileSync(temporary, text);
      renameSync(temporary, this.#file);
    } else appendFileSync(this.#file, this.#pending);
    this.#pending = '';
  }
}
