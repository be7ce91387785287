import { fourCc } from './sniff.ts';

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

/** The chunk whose header is at `offset`, or undefined where the file ends or no id stands there. */
function chunkAt(bytes: Uint8Array, offset: number): Chunk | undefined {
  if (offset + 8 > bytes.length) return undefined;
  const id = fourCc(bytes, offset);
  if (!isId(id)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { id, start: offset + 8, size: view.getUint32(offset + 4, true) };
}

function fits(chunk: Chunk | undefined, bytes: Uint8Array): chunk is Chunk {
  return chunk !== undefined && (chunk.id === 'data' || chunk.start + chunk.size <= bytes.length);
}

/**
 * Chunks of a WAVE file in order. A chunk of odd size should be followed by a zero byte; some
 * writers leave it out, so the header is taken from where one makes sense.
 */
export function* walkChunks(bytes: Uint8Array): Generator<Chunk> {
  let offset = 12;
  for (;;) {
    const chunk = chunkAt(bytes, offset);
    if (chunk === undefined) return;
    yield chunk;
    const end = chunk.start + chunk.size;
    offset = end;
    if (chunk.size % 2 === 1) {
      const unpadded = bytes[end] !== 0 && fits(chunkAt(bytes, end), bytes);
      if (!unpadded) offset = end + 1;
    }
  }
}

/**
 * Bytes of sound in a data chunk that are really there. Recorders that stream write a size of 0 or
 * 0xFFFFFFFF: the data then reaches to the end of the file, unless a chunk follows the empty one.
 */
export function dataExtent(
  bytes: Uint8Array,
  { start, size }: Chunk,
): { readonly size: number; readonly truncated: boolean } {
  const available = bytes.length - start;
  if (size === 0xffffffff) return { size: available, truncated: false };
  if (size === 0)
    return { size: fits(chunkAt(bytes, start), bytes) ? 0 : available, truncated: false };
  return { size: Math.min(size, available), truncated: size > available };
}
