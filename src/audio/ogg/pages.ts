import { viewOf } from '../chunks.ts';
import { crc32 } from '../crc.ts';
import { fourCc } from '../four-cc.ts';

/** A page of an Ogg file (RFC 3533). */
export interface OggPage {
  readonly serial: number;
  /** Its number within the stream. */
  readonly sequence: number;
  /** The first packet began on the page before. */
  readonly continued: boolean;
  /** First and last page of a stream. */
  readonly first: boolean;
  readonly last: boolean;
  /** Position in samples at the end of the last packet that ends here; −1 where none does. */
  readonly granule: number;
  /** The packets that end here and, where the last lacing value is 255, one that goes on. */
  readonly parts: readonly Uint8Array[];
  /** The last part is a packet that goes on on the next page. */
  readonly open: boolean;
}

/**
 * Pages in the order of the file, to its end; `'cut'` where it ends inside one, text where what stands
 * there is no sound page. What follows a stream’s last page is not looked at by readers.
 */
export function* oggPages(bytes: Uint8Array): Generator<OggPage | 'cut' | 'damaged'> {
  const view = viewOf(bytes);
  for (let at = 0; at < bytes.length; ) {
    if (fourCc(bytes, at) !== 'OggS'.slice(0, bytes.length - at)) {
      yield 'damaged';
      return;
    }
    const count = bytes[at + 26] ?? 0;
    const table = at + 27;
    const start = table + count;
    const lacing = bytes.subarray(table, start);
    const end = start + lacing.reduce((sum, size) => sum + size, 0);
    if (start > bytes.length || end > bytes.length) {
      yield 'cut';
      return;
    }
    if (pageCrc(bytes, at, end) !== view.getUint32(at + 22, true)) {
      yield 'damaged';
      return;
    }
    const flags = bytes[at + 5]!;
    yield {
      serial: view.getUint32(at + 14, true),
      sequence: view.getUint32(at + 18, true),
      continued: (flags & 1) !== 0,
      first: (flags & 2) !== 0,
      last: (flags & 4) !== 0,
      granule: Number(view.getBigInt64(at + 6, true)),
      ...split(bytes, start, lacing),
    };
    at = end;
  }
}

/** Packets, each as long as its lacing values together: those of 255 bytes and one that is shorter. */
function split(
  bytes: Uint8Array,
  start: number,
  lacing: Uint8Array,
): Pick<OggPage, 'parts' | 'open'> {
  const parts: Uint8Array[] = [];
  let from = start;
  let to = start;
  for (const size of lacing) {
    to += size;
    if (size < 255) {
      parts.push(bytes.subarray(from, to));
      from = to;
    }
  }
  const open = lacing.at(-1) === 255;
  if (open) parts.push(bytes.subarray(from, to));
  return { parts, open };
}

/** The checksum of a page, in which its own field counts as zeros. */
function pageCrc(bytes: Uint8Array, start: number, end: number): number {
  const head = crc32(zeros, 0, 4, crc32(bytes, start, start + 22));
  return crc32(bytes, start + 26, end, head);
}

const zeros = new Uint8Array(4);
