import { ok, type Result } from '../engine/result.ts';
import type { AudioError } from './audio.ts';
import { type Chunk, dataExtent, viewOf, walkChunks } from './chunks.ts';
import { type PcmHeader, refuse } from './pcm-header.ts';
import { readWavFormat } from './wav-format.ts';

/**
 * Reads the header of a RIFF WAVE file: PCM of 8–32 bits, float of 32 or 64 bits, A-law or µ-law, plain
 * or extensible; RIFX is the same with its bytes the other way round, RF64 has its sizes in a chunk of
 * 64-bit numbers.
 */
export function readWavHeader(
  bytes: Uint8Array,
  kind: 'wav' | 'rifx' | 'rf64',
): Result<PcmHeader, AudioError> {
  const littleEndian = kind !== 'rifx';
  const sizes = kind === 'rf64' ? longSizes(bytes) : undefined;
  let formatChunk: Chunk | undefined;
  let data: Chunk | undefined;
  for (const chunk of walkChunks(bytes, littleEndian, sizes)) {
    if (chunk.id === 'fmt ') formatChunk ??= chunk;
    if (chunk.id === 'data') data ??= chunk;
    if (formatChunk !== undefined && data !== undefined) break;
  }
  if (formatChunk === undefined) return refuse('bad-header', 'its header is broken: no fmt chunk');
  const { start, size } = formatChunk;
  const format = readWavFormat(bytes.subarray(start, start + size), littleEndian);
  if (!format.ok) return format;
  if (data === undefined) return refuse('no-data', 'it has a header but no sound (no data chunk)');
  const extent = dataExtent(bytes, data, littleEndian);
  const frames = Math.floor(extent.size / (format.value.channels * format.value.format.bytes));
  return ok({ ...format.value, frames, truncated: extent.truncated, start: data.start });
}

/** The `ds64` chunk, which comes first in an RF64 file: the size of the data, and of other chunks by id. */
function longSizes(bytes: Uint8Array): ReadonlyMap<string, number> {
  const [first] = walkChunks(bytes, true);
  const sizes = new Map<string, number>();
  if (first?.id === 'ds64' && first.size >= 16 && first.start + 16 <= bytes.length) {
    sizes.set('data', Number(viewOf(bytes).getBigUint64(first.start + 8, true)));
  }
  return sizes;
}
