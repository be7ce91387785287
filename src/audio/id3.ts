import { fourCc } from './four-cc.ts';

/** Bytes of an ID3v2 tag in front of the sound, 0 without one. */
export function id3Length(bytes: Uint8Array): number {
  if (fourCc(bytes, 0, 3) !== 'ID3' || bytes.length < 10) return 0;
  const size = bytes.subarray(6, 10).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
  const footer = ((bytes[5] ?? 0) & 0x10) === 0 ? 0 : 10;
  return Math.min(10 + size + footer, bytes.length);
}
