import { kernels } from './kernels.ts';

/** Numbers that many calls read: a window, a filter. Kept in the kernels' memory as long as there is room. */
export interface Table {
  readonly bytes: Uint8Array;
  /** Where it lies, while `round` is the memory's. */
  address: number;
  round: number;
}

const page = 65536;
/** Tables of up to this many bytes are kept; then all are dropped, and placed again when they are used. */
const room = 32 * 1024 * 1024;
/** A table's and an area's address is a multiple of this: a cache line. */
const align = 64;

let round = 1;
let tablesEnd = align;

export function createTable(...parts: readonly (Float64Array | Uint32Array)[]): Table {
  const bytes = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of parts) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return { bytes, address: 0, round: 0 };
}

/**
 * Addresses of tables and of areas of the given sizes in bytes. Areas are the caller's until the next call
 * of `layOut`; what is in them at first is undefined. Views must be made afterwards: memory may move.
 */
export function layOut(
  tables: readonly Table[],
  sizes: readonly number[],
): { readonly tables: readonly number[]; readonly areas: readonly number[] } {
  const missing = tables.filter((table) => table.round !== round);
  const needed = missing.reduce((sum, { bytes }) => sum + padded(bytes.length), 0);
  if (tablesEnd + needed > room && tablesEnd > align) {
    round++;
    tablesEnd = align;
    return layOut(tables, sizes);
  }
  const areasEnd = sizes.reduce((sum, size) => sum + padded(size), tablesEnd + needed);
  const { memory } = kernels();
  const lacking = areasEnd - memory.buffer.byteLength;
  if (lacking > 0) memory.grow(Math.ceil(lacking / page));
  for (const table of missing) {
    if (table.round === round) continue;
    new Uint8Array(memory.buffer).set(table.bytes, tablesEnd);
    table.address = tablesEnd;
    table.round = round;
    tablesEnd += padded(table.bytes.length);
  }
  let next = tablesEnd;
  const areas = sizes.map((size) => {
    const address = next;
    next += padded(size);
    return address;
  });
  return { tables: tables.map(({ address }) => address), areas };
}

function padded(bytes: number): number {
  return Math.ceil(bytes / align) * align;
}

export function floats(address: number, length: number): Float32Array {
  return new Float32Array(kernels().memory.buffer, address, length);
}

export function doubles(address: number, length: number): Float64Array {
  return new Float64Array(kernels().memory.buffer, address, length);
}
