import { closeSync, openSync, readSync } from 'node:fs';
import { writeAll } from './write-all.ts';

/**
 * NumPy's .npy, version 1.0, for little-endian float32 matrices in C order: the one binary array
 * format of the project (numpy/lib/format.py describes it).
 */
const magic = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);

/** The header of a rows × columns matrix, padded so that the data starts at a multiple of 64 bytes. */
export function npyHeader(rows: number, columns: number): Uint8Array {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const length = Math.ceil((magic.length + 2 + text.length + 1) / 64) * 64 - magic.length - 2;
  const size = Buffer.alloc(2);
  size.writeUInt16LE(length);
  return Buffer.concat([magic, size, Buffer.from(`${text.padEnd(length - 1)}\n`)]);
}

/** Writes matrices of equal width below each other. Each part is row-major; rows = total length / columns. */
export function writeNpy(path: string, columns: number, parts: readonly Float32Array[]): void {
  const values = parts.reduce((sum, part) => sum + part.length, 0);
  const fd = openSync(path, 'w');
  try {
    writeAll(fd, path, npyHeader(values / columns, columns));
    for (const part of parts)
      writeAll(fd, path, new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  } finally {
    closeSync(fd);
  }
}

export interface NpyShape {
  readonly rows: number;
  readonly columns: number;
  /** Byte offset of the first value. */
  readonly dataStart: number;
}

/**
 * Reads a float32 matrix piece by piece.
 * @throws Error when the file is not a two-dimensional little-endian float32 array in C order.
 */
export class NpyReader {
  readonly shape: NpyShape;
  readonly #fd: number;

  constructor(path: string) {
    this.#fd = openSync(path, 'r');
    try {
      this.shape = this.#readShape(path);
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
  }

  #readShape(path: string): NpyShape {
    const head = Buffer.alloc(10);
    if (readSync(this.#fd, head, 0, 10, 0) < 10 || !head.subarray(0, 8).equals(magic)) {
      throw new Error(`${path} is not an npy file of version 1.0`);
    }
    const length = head.readUInt16LE(8);
    const text = Buffer.alloc(length);
    readSync(this.#fd, text, 0, length, 10);
    const found = /'descr': '<f4', 'fortran_order': False, 'shape': \((\d+), (\d+)\)/.exec(
      text.toString('latin1'),
    );
    if (found === null) throw new Error(`${path} is not a little-endian float32 matrix in C order`);
    return { rows: Number(found[1]), columns: Number(found[2]), dataStart: 10 + length };
  }

  /**
   * Rows [offset, offset + count), row-major; at the beginning of `into` where it is given.
   * @throws RangeError for rows that the matrix lacks, or that `into` has no room for.
   */
  read(offset: number, count: number, into?: Float32Array<ArrayBuffer>): Float32Array {
    const { rows, columns, dataStart } = this.shape;
    if (offset < 0 || count < 0 || offset + count > rows) {
      throw new RangeError(`rows ${offset} to ${offset + count} of ${rows}`);
    }
    if (into !== undefined && into.length < count * columns) {
      throw new RangeError(`no room for ${count} rows of ${columns}`);
    }
    const out = into?.subarray(0, count * columns) ?? new Float32Array(count * columns);
    const bytes = new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
    const start = dataStart + offset * columns * 4;
    for (let at = 0; at < bytes.length; ) {
      const n = readSync(this.#fd, bytes, at, bytes.length - at, start + at);
      if (n === 0) throw new Error('npy data ends early');
      at += n;
    }
    return out;
  }

  close(): void {
    closeSync(this.#fd);
  }
}
