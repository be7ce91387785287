import { ok, type Result } from '../engine/result.ts';
import type { AudioError } from './audio.ts';
import { type Chunk, dataExtent, viewOf, walkChunks } from './chunks.ts';
import { fourCc } from './four-cc.ts';
import { implausible, type PcmHeader, refuse } from './pcm-header.ts';
import type { SampleFormat } from './samples.ts';

/** Compression types of AIFF-C that are no compression, or companding. Bytes 0: as the header's bits say. */
const types: Readonly<Record<string, SampleFormat>> = {
  NONE: { encoding: 'pcm', bytes: 0, littleEndian: false },
  twos: { encoding: 'pcm', bytes: 0, littleEndian: false },
  sowt: { encoding: 'pcm', bytes: 0, littleEndian: true },
  'raw ': { encoding: 'unsigned', bytes: 1, littleEndian: false },
  in24: { encoding: 'pcm', bytes: 3, littleEndian: false },
  in32: { encoding: 'pcm', bytes: 4, littleEndian: false },
  '42ni': { encoding: 'pcm', bytes: 3, littleEndian: true },
  '23ni': { encoding: 'pcm', bytes: 4, littleEndian: true },
  fl32: { encoding: 'float', bytes: 4, littleEndian: false },
  FL32: { encoding: 'float', bytes: 4, littleEndian: false },
  fl64: { encoding: 'float', bytes: 8, littleEndian: false },
  FL64: { encoding: 'float', bytes: 8, littleEndian: false },
  alaw: { encoding: 'alaw', bytes: 1, littleEndian: false },
  ALAW: { encoding: 'alaw', bytes: 1, littleEndian: false },
  ulaw: { encoding: 'ulaw', bytes: 1, littleEndian: false },
  ULAW: { encoding: 'ulaw', bytes: 1, littleEndian: false },
};

/** Reads the header of an AIFF or AIFF-C file; the length is that of its sound chunk. */
export function readAiffHeader(bytes: Uint8Array): Result<PcmHeader, AudioError> {
  let common: Chunk | undefined;
  let sound: Chunk | undefined;
  for (const chunk of walkChunks(bytes, false)) {
    if (chunk.id === 'COMM') common ??= chunk;
    if (chunk.id === 'SSND') sound ??= chunk;
    if (common !== undefined && sound !== undefined) break;
  }
  if (common === undefined || common.start + 18 > bytes.length || common.size < 18) {
    return refuse('bad-header', 'its header is broken: no COMM chunk');
  }
  const view = viewOf(bytes);
  const channels = view.getUint16(common.start, false);
  const bits = view.getUint16(common.start + 6, false);
  const sampleRate = Math.round(readExtended(view, common.start + 8));
  const doubt = implausible(channels, sampleRate);
  if (doubt !== undefined) return doubt;
  const type = fourCc(bytes, 8) === 'AIFC' ? fourCc(bytes, common.start + 18) : 'NONE';
  const known = types[type];
  const width = known?.bytes === 0 ? Math.ceil(bits / 8) : (known?.bytes ?? 0);
  if (known === undefined || width < 1 || width > 8 || (known.encoding === 'pcm' && width > 4)) {
    return refuse('unsupported-encoding', `its samples are "${type}" of ${bits} bits`);
  }
  if (sound === undefined || sound.start + 8 > bytes.length) {
    return refuse('no-data', 'it has a header but no sound (no SSND chunk)');
  }
  // The sound is preceded by two numbers: how many bytes to skip, and a block size that nobody uses.
  const skipped = Math.min(8 + view.getUint32(sound.start, false), bytes.length - sound.start);
  const extent = dataExtent(bytes, sound, false);
  return ok({
    sampleRate,
    channels,
    bits,
    format: { ...known, bytes: width },
    frames: Math.max(0, Math.floor((extent.size - skipped) / (channels * width))),
    truncated: extent.truncated,
    start: sound.start + skipped,
  });
}

/** An 80-bit IEEE 754 number, as AIFF writes sampling rates; NaN and infinity are huge. */
function readExtended(view: DataView, at: number): number {
  const exponent = view.getUint16(at, false) & 0x7fff;
  return Number(view.getBigUint64(at + 2, false)) * 2 ** (exponent - 16383 - 63);
}
