import { ok, type Result } from '../engine/result.ts';
import type { AudioError } from './audio.ts';
import { viewOf } from './chunks.ts';
import { fourCc } from './four-cc.ts';
import { type PcmHeader, refuse } from './pcm-header.ts';
import { readWavFormat, type WavFormat } from './wav-format.ts';

/** Bytes 4–15 of the GUIDs of `wave`, `fmt ` and `data`; bytes 0–3 are these letters. */
const guidTail = '\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a';

/**
 * Reads the header of a Sony Wave64 file: a WAVE file whose chunks have GUIDs for names, sizes of 64
 * bits that count their own 24 bytes of header, and begin at multiples of 8.
 */
export function readW64Header(bytes: Uint8Array): Result<PcmHeader, AudioError> {
  const view = viewOf(bytes);
  let format: WavFormat | undefined;
  for (let at = 40; at + 24 <= bytes.length; ) {
    const size = Number(view.getBigUint64(at + 16, true)) - 24;
    const id = fourCc(bytes, at + 4, 12) === guidTail ? fourCc(bytes, at) : '';
    const start = at + 24;
    if (id === 'fmt ') {
      const read = readWavFormat(bytes.subarray(start, start + Math.max(0, size)), true);
      if (!read.ok) return read;
      format = read.value;
    }
    if (id === 'data' && format !== undefined) {
      const available = bytes.length - start;
      const block = format.channels * format.format.bytes;
      const frames = Math.floor(Math.min(Math.max(0, size), available) / block);
      return ok({ ...format, frames, truncated: size > available, start });
    }
    if (size < 0) break;
    at = start + Math.ceil(size / 8) * 8;
  }
  return format === undefined
    ? refuse('bad-header', 'its header is broken: no fmt chunk')
    : refuse('no-data', 'it has a header but no sound (no data chunk)');
}
