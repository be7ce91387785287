import { fourCc } from './four-cc.ts';

export interface Chunk {
  readonly id: string;
  /** First byte of the chunk's content. */
  readonly start: number;
  /** Bytes as the header says; may reach beyond the file. */
  readonly size: number;
}

function isId(id: string): boolean {
  return /^[\x20-\x7e]{4}$/.test(id) && id.trim() !== '';
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The chunk whose header is at `offset`, or undefined where the file ends or no id stands there. */
function chunkAt(bytes: Uint8Array, offset: number, littleEndian: boolean): Chunk | undefined {
  if (offset + 8 > bytes.length) return undefined;
  const id = fourCc(bytes, offset);
  if (!isId(id)) return undefined;
  return { id, start: offset + 8, size: viewOf(bytes).getUint32(offset + 4, littleEndian) };
}

function fits(chunk: Chunk | undefined, bytes: Uint8Array): chunk is Chunk {
  return chunk !== undefined && (chunk.id === 'data' || chunk.start + chunk.size <= bytes.length);
}

/**
 * Chunks of a RIFF or IFF file in order. A chunk of odd size should be followed by a zero byte; some
 * writers leave it out, so the header is taken from where one makes sense. `sizes` are true sizes of
 * chunks by id, where those in the headers have no room for them (RF64).
 */
export function* walkChunks(
  bytes: Uint8Array,
  littleEndian: boolean,
  sizes?: ReadonlyMap<string, number>,
): Generator<Chunk> {
  let offset = 12;
  for (;;) {
    const found = chunkAt(bytes, offset, littleEndian);
    if (found === undefined) return;
    const chunk = found.size === 0xffffffff ? withSize(found, sizes) : found;
    yield chunk;
    const end = chunk.start + chunk.size;
    offset = end;
    if (chunk.size % 2 === 1) {
      const unpadded = bytes[end] !== 0 && fits(chunkAt(bytes, end, littleEndian), bytes);
      if (!unpadded) offset = end + 1;
    }
  }
}

function withSize(chunk: Chunk, sizes?: ReadonlyMap<string, number>): Chunk {
  return { ...chunk, size: sizes?.get(chunk.id) ?? chunk.size };
}

/**
 * Bytes of sound in a data chunk that are really there. Recorders that stream write a size of 0 or
 * 0xFFFFFFFF: the data then reaches to the end of the file, unless a chunk follows the empty one.
 */
export function dataExtent(
  bytes: Uint8Array,
  { start, size }: Chunk,
  littleEndian: boolean,
): { readonly size: number; readonly truncated: boolean } {
  const available = bytes.length - start;
  if (size === 0xffffffff) return { size: available, truncated: false };
  if (size === 0) {
    const empty = fits(chunkAt(bytes, start, littleEndian), bytes);
    return { size: empty ? 0 : available, truncated: false };
  }
  return { size: Math.min(size, available), truncated: size > available };
}
