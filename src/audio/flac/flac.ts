import { ok, type Result } from '../../engine/result.ts';
import type { Audio, AudioError } from '../audio.ts';
import { fourCc } from '../four-cc.ts';
import { id3Length } from '../id3.ts';
import { refuse } from '../pcm-header.ts';
import { SoundSink, tooLong } from '../sound-sink.ts';
import { isFrameSync, readFrame } from './frame.ts';
import { readStreamInfo } from './stream-info.ts';

/**
 * Decodes a FLAC file (RFC 9639) of 4 to 32 bits and 1 to 8 channels exactly; samples are scaled by
 * 2^(1 − bits), as libsndfile scales them. Every frame is held to its checksum: what was damaged is
 * refused, what was cut off is given as far as it goes.
 */
export function readFlac(bytes: Uint8Array): Result<Audio, AudioError> {
  const info = readStreamInfo(bytes, id3Length(bytes));
  if (!info.ok) return info;
  const { sampleRate, channels, bits, frames } = info.value;
  const sink = new SoundSink(channels);
  const scale = 2 ** (1 - bits);
  let at = info.value.start;
  let cut = false;
  while (at < bytes.length && (frames === 0 || sink.length < frames)) {
    if (!isFrameSync(bytes, at)) {
      if (isTrailer(bytes, at)) break;
      return damaged(sink, sampleRate, 'no frame begins where one should');
    }
    const frame = readFrame(bytes, at, info.value);
    if (frame === undefined) {
      cut = true;
      break;
    }
    if (typeof frame === 'string') return damaged(sink, sampleRate, frame);
    const from = sink.length;
    const count = frame.blocks[0]!.length;
    if (!sink.grow(count)) return refuse('too-long', tooLong);
    frame.blocks.forEach((block, channel) => {
      const out = sink.channel(channel);
      for (let i = 0; i < count; i++) out[from + i] = block[i]! * scale;
    });
    at = frame.end;
  }
  if (sink.length === 0) return refuse('no-samples', 'it has a header but no samples');
  const end = frames === 0 ? sink.length : frames;
  return ok({
    sampleRate,
    channels: sink.take(0, end),
    truncated: cut || sink.length < frames,
  });
}

function damaged(sink: SoundSink, sampleRate: number, what: string): Result<never, AudioError> {
  const at = (sink.length / sampleRate).toFixed(3);
  return refuse('damaged', `it is damaged at ${at} s: ${what}`);
}

/** Tags that other programs hang on, and padding. */
function isTrailer(bytes: Uint8Array, at: number): boolean {
  return (
    fourCc(bytes, at, 3) === 'TAG' ||
    fourCc(bytes, at, 8) === 'APETAGEX' ||
    bytes.subarray(at).every((byte) => byte === 0)
  );
}
