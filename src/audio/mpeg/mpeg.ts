import { MPEGDecoder } from 'mpg123-decoder';
import { ok, type Result } from '../../engine/result.ts';
import type { Audio, AudioError } from '../audio.ts';
import { refuse } from '../pcm-header.ts';
import { SoundSink, tooLong } from '../sound-sink.ts';
import { findMpegFrames } from './frames.ts';

/** Bytes that are decoded at once. */
const batchSize = 65_536;

/**
 * Decodes MPEG audio (MP3, and Layers I and II) with mpg123, compiled to WebAssembly in a package;
 * libsndfile uses the same library. What the encoder put before and after the sound is cut off where it
 * said so (LAME’s tag). A fresh decoder per file: what one file leaves in it must not reach the next.
 */
export async function readMpeg(bytes: Uint8Array): Promise<Result<Audio, AudioError>> {
  const found = findMpegFrames(bytes);
  if (!found.ok) return found;
  const { header, start, end, truncated } = found.value;
  const decoder = new MPEGDecoder();
  await decoder.ready;
  // The package reads on after an error, for ever if it lasts; it asks for the message first.
  Object.assign(decoder, { _getErrorMessage: fail });
  const sink = new SoundSink(header.mono ? 1 : 2);
  for (let at = start; at < end; at += batchSize) {
    const { channelData } = decoder.decode(bytes.subarray(at, Math.min(end, at + batchSize)));
    // Of mono it gives two channels.
    const block = header.mono ? channelData.slice(0, 1) : channelData;
    if (!sink.append(block)) return refuse('too-long', tooLong);
  }
  decoder.free();
  if (sink.length === 0) return refuse('no-samples', 'it has a header but no samples');
  return ok({ sampleRate: header.sampleRate, channels: sink.take(), truncated });
}

function fail(code: number): never {
  throw new Error(`mpg123 error ${code}`);
}
