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
import { findLine } from './find-line.ts';
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

/** First line of a memo with the bytes of sorted lines behind it, and these lines. */
const sortedHead = /^sorted (\d+)\n/;

/** Bytes of some 500 lines behind the sorted ones: they are parsed at every start. */
const fewAppended = 100_000;

/**
 * Digests of files by (device, inode, size, mtime, ctime): an unchanged file costs one stat. ctime
 * cannot be set from user land, so a restored mtime does not hide an edit. One file per cache: lines
 * sorted by their bytes, in which a run finds the few it asks for without parsing the rest, and those
 * appended since. A torn line is skipped, and losing the file costs only hashing.
 */
export class StatMemo {
  readonly #file: string;
  readonly #sorted: Buffer;
  /** Stamp and digest by path, as a line has them: appended ones, and those of this process. */
  readonly #recent: Map<string, string>;
  #pending = '';
  /** Bytes behind the sorted lines. */
  readonly #appended: number;

  constructor(file: string) {
    this.#file = file;
    let bytes: Buffer;
    try {
      bytes = readFileSync(file);
    } catch {
      bytes = Buffer.alloc(0);
    }
    const [head = '', length = '0'] = sortedHead.exec(bytes.toString('latin1', 0, 32)) ?? [];
    const end = head.length + Number(length);
    this.#sorted = bytes.subarray(head.length, end);
    this.#appended = Math.max(0, bytes.length - end);
    this.#recent = parseLines(bytes.toString('utf8', end));
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
      this.#recent.set(path, `${stamp}\t${digest}`);
      this.#pending += `${path}\t${stamp}\t${digest}\n`;
    }
    return { digest, stamp };
  }

  /** The digest of a file that looks as it did when it was hashed. */
  #known(path: string, stamp: string): Digest | undefined {
    const entry = this.#recent.get(path) ?? findLine(this.#sorted, path);
    return entry?.startsWith(`${stamp}\t`) ? parseDigest(entry.slice(stamp.length + 1)) : undefined;
  }

  /** Appends what was learnt; sorts anew when much was appended. */
  save(): void {
    if (this.#pending === '') return;
    makeFolder(dirname(this.#file));
    if (this.#appended + this.#pending.length > fewAppended) {
      const entries = parseLines(this.#sorted.toString());
      for (const [path, entry] of this.#recent) entries.set(path, entry);
      const temporary = temporaryName(this.#file);
      writeFileSync(temporary, sortedText(entries));
      renameSync(temporary, this.#file);
    } else appendFileSync(this.#file, this.#pending);
    this.#pending = '';
  }
}

function parseLines(text: string): Map<string, string> {
  const entries = new Map<string, string>();
  for (const line of text.split('\n')) {
    const tab = line.indexOf('\t');
    if (tab !== -1) entries.set(line.slice(0, tab), line.slice(tab + 1));
  }
  return entries;
}

function sortedText(entries: ReadonlyMap<string, string>): Buffer {
  const lines = Array.from(entries, ([path, entry]) => Buffer.from(`${path}\t${entry}\n`));
  const bytes = Buffer.concat(lines.sort(Buffer.compare));
  return Buffer.concat([Buffer.from(`sorted ${bytes.length}\n`), bytes]);
}
