/** A cyclic redundancy check: bits from the top, no inversion; goes on from `before`, the check of what precedes. */
export type Crc = (bytes: Uint8Array, start: number, end: number, before?: number) => number;

function crc(width: 8 | 16 | 32, polynomial: number): Crc {
  const top = 2 ** (width - 1);
  const mask = 2 ** width - 1;
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = (byte << (width - 8)) >>> 0;
    for (let bit = 0; bit < 8; bit++) {
      value = ((value & top) === 0 ? value << 1 : (value << 1) ^ polynomial) >>> 0;
    }
    return (value & mask) >>> 0;
  });
  return (bytes, start, end, before = 0) => {
    let value = before;
    for (let i = start; i < end; i++) {
      value = (value << 8) ^ table[((value >>> (width - 8)) ^ bytes[i]!) & 0xff]!;
    }
    return (value & mask) >>> 0;
  };
}

/** Of a FLAC frame's header: x⁸ + x² + x + 1. */
export const crc8 = crc(8, 0x07);
/** Of a whole FLAC frame: x¹⁶ + x¹⁵ + x² + 1. */
export const crc16 = crc(16, 0x8005);
/** Of an Ogg page: the polynomial of IEEE 802.3. */
export const crc32 = crc(32, 0x04c11db7);
