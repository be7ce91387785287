import { ok, type Result } from '../engine/result.ts';
import { readAiffHeader } from './aiff.ts';
import type { Audio, AudioError } from './audio.ts';
import { type PcmHeader, refuse } from './pcm-header.ts';
import { readSamples } from './samples.ts';
import type { PcmFormat } from './sniff.ts';
import { readW64Header } from './w64.ts';
import { readWavHeader } from './wav.ts';

/** Reads the header of a file of plain samples, from all of its bytes. */
export function readPcmHeader(bytes: Uint8Array, kind: PcmFormat): Result<PcmHeader, AudioError> {
  const header =
    kind === 'aiff'
      ? readAiffHeader(bytes)
      : kind === 'w64'
        ? readW64Header(bytes)
        : readWavHeader(bytes, kind);
  if (header.ok && header.value.frames === 0) {
    return refuse('no-samples', 'it has a header but no samples');
  }
  return header;
}

/**
 * Decodes plain samples, scaled as libsndfile scales (int16 / 32768, 8 bits (x − 128) / 128). Takes
 * what real recorders write: foreign chunks anywhere, missing pad bytes, streaming sizes, a file cut
 * short. Memory is bounded by the length of `bytes`, whatever its size fields say.
 */
export function readPcm(bytes: Uint8Array, kind: PcmFormat): Result<Audio, AudioError> {
  const header = readPcmHeader(bytes, kind);
  if (!header.ok) return header;
  const { sampleRate, channels, frames, format, start, truncated } = header.value;
  return ok({
    sampleRate,
    channels: readSamples(bytes, start, frames, channels, format),
    truncated,
  });
}
