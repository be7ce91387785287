import type { Result } from '../../engine/result.ts';
import type { AudioError } from '../audio.ts';
import { fourCc } from '../four-cc.ts';
import { implausible, refuse } from '../pcm-header.ts';
import { BitReader } from './bit-reader.ts';

/** What the first metadata block of a FLAC file says. */
export interface StreamInfo {
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Per sample. */
  readonly bits: number;
  /** Samples per channel; 0 where the writer did not know. */
  readonly frames: number;
  /** Where the first frame begins. */
  readonly start: number;
}

/** Reads the metadata of a FLAC file that begins at `at`. */
export function readStreamInfo(bytes: Uint8Array, at: number): Result<StreamInfo, AudioError> {
  if (
    fourCc(bytes, at) !== 'fLaC' ||
    ((bytes[at + 4] ?? 1) & 0x7f) !== 0 ||
    at + 42 > bytes.length
  ) {
    return refuse('bad-header', 'its header is broken: no STREAMINFO');
  }
  // Behind the smallest and largest sizes of blocks and frames.
  const reader = new BitReader(bytes, at + 18);
  const sampleRate = reader.unsigned(20);
  const channels = reader.unsigned(3) + 1;
  const bits = reader.unsigned(5) + 1;
  const frames = reader.unsigned(36);
  const doubt = implausible(channels, sampleRate);
  if (doubt !== undefined) return doubt;
  if (bits < 4) return refuse('bad-header', `its header says ${bits} bits per sample`);
  let start = at + 4;
  for (let last = false; !last; ) {
    if (start + 4 > bytes.length) return refuse('no-data', 'it has a header but no sound');
    const length = bytes[start + 1]! * 65536 + bytes[start + 2]! * 256 + bytes[start + 3]!;
    last = bytes[start]! >= 0x80;
    start += 4 + length;
  }
  return { ok: true, value: { sampleRate, channels, bits, frames, start } };
}
