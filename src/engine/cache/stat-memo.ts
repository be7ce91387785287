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
  /** Stamp and digest by path, as a line has them: of thousands, a run looks at some. */
  readonly #entries = new Map<string, string>();
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
      const tab = line.indexOf('\t');
      if (tab === -1) continue;
      this.#entries.set(line.slice(0, tab), line.slice(tab + 1));
      this.#lines++;
    }
  }

  /**
   * The digest of a file now.
   * @throws the file system's error when it cannot be read.
   */
  digest(path: string): Digest {
    return this.look(path).digest;
  }

  /** The same, with what the file looked like before its bytes were read: an edit shows as another stamp. */
  look(path: string): { readonly digest: Digest; readonly stamp: string } {
    const stat = statSync(path, { bigint: true });
    const stamp = stampOf(stat);
    const known = this.#known(path, stamp);
    if (known !== undefined) return { digest: known, stamp };
    const started = BigInt(Date.now()) * 1_000_000n;
    const digest = hashFile(path);
    const after = statSync(path, { bigint: true });
    const limit = started - racyNanoseconds;
    const settled = stat.mtimeNs < limit && stat.ctimeNs < limit && after.ctimeNs === stat.ctimeNs;
    if (settled && !/[\t\n]/.test(path)) {
      this.#entries.set(path, `${stamp}\t${digest}`);
      this.#pending += `${path}\t${stamp}\t${digest}\n`;
      this.#lines++;
    } else this.#entries.delete(path);
    return { digest, stamp };
  }

  /** The digest of a file that looks as it did when it was hashed. */
  #known(path: string, stamp: string): Digest | undefined {
    const entry = this.#entries.get(path);
    return entry?.startsWith(`${stamp}\t`) ? parseDigest(entry.slice(stamp.length + 1)) : undefined;
  }

  /** Appends what was learnt; rewrites the file when most of its lines are out of date. */
  save(): void {
    if (this.#pending === '') return;
    makeFolder(dirname(this.#file));
    if (this.#lines > 1000 && this.#lines > 2 * this.#entries.size) {
      let text = '';
      for (const [path, entry] of this.#entries) text += `${path}\t${entry}\n`;
      const temporary = temporaryName(this.#file);
      writeFileSync(temporary, text);
      renameSync(temporary, this.#file);
    } else appendFileSync(this.#file, this.#pending);
    this.#pending = '';
  }
}
