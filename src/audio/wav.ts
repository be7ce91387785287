import { err, ok, type Result } from '../engine/result.ts';
import type { Audio, AudioError } from './audio.ts';
import { type FileFormat, formatTitles, sniffFormat } from './sniff.ts';
import { type Chunk, dataExtent, walkChunks } from './wav-chunks.ts';
import { readSamples, type SampleFormat } from './wav-samples.ts';

/** What a WAV header says, with the length that the file really has. */
export interface WavHeader {
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Samples per channel. */
  readonly frames: number;
  readonly format: SampleFormat;
  /** Bits that carry sound, as the header states them. */
  readonly bits: number;
  readonly truncated: boolean;
  /** Offset of the first sample in the file. */
  readonly start: number;
}

/** Format tags that are known but not decoded, for a message that names them. */
const refusedTags: Readonly<Record<number, string>> = {
  2: 'Microsoft ADPCM',
  6: 'A-law',
  7: 'µ-law',
  17: 'IMA ADPCM',
  49: 'GSM 6.10',
  80: 'MPEG',
  85: 'MP3',
};

/** Bytes 2–15 of the sub-format GUID of WAVE_FORMAT_EXTENSIBLE; bytes 0–1 are the format tag. */
const guidTail = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

const soundless: ReadonlySet<FileFormat> = new Set(['riff', 'html', 'git-lfs', 'unknown']);

function fail(reason: AudioError['reason'], message: string): Result<never, AudioError> {
  return err({ reason, message });
}

type Format = Pick<WavHeader, 'sampleRate' | 'channels' | 'format' | 'bits'>;

function readFormat(bytes: Uint8Array, chunk: Chunk): Result<Format, AudioError> {
  const size = Math.min(chunk.size, bytes.length - chunk.start);
  if (size < 16) return fail('bad-header', `its fmt chunk has ${size} bytes instead of 16 or more`);
  const view = new DataView(bytes.buffer, bytes.byteOffset + chunk.start, size);
  let tag = view.getUint16(0, true);
  const channels = view.getUint16(2, true);
  const sampleRate = view.getUint32(4, true);
  const blockAlign = view.getUint16(12, true);
  const bits = view.getUint16(14, true);
  if (tag === 0xfffe) {
    if (size < 40 || guidTail.some((byte, i) => view.getUint8(26 + i) !== byte)) {
      return fail('unsupported-encoding', 'its extensible format is not PCM or float');
    }
    tag = view.getUint16(24, true);
  }
  if (channels === 0 || sampleRate === 0) {
    return fail('bad-header', `its header says ${channels} channels at ${sampleRate} Hz`);
  }
  const name = refusedTags[tag];
  if (name !== undefined) {
    return fail('unsupported-encoding', `its samples are ${name}; convert it to PCM or float`);
  }
  const declared = Math.ceil(bits / 8);
  // A container may be wider than its samples (20 bits in 3 bytes are 3 by either count, 24 in 4 are not).
  const container = blockAlign / channels;
  const width = Number.isInteger(container) && container >= declared ? container : declared;
  const known = tag === 1 ? bits > 0 && width <= 4 : tag === 3 && (width === 4 || width === 8);
  if (!known) {
    return fail('unsupported-encoding', `its samples have format tag ${tag} and ${bits} bits`);
  }
  const encoding = tag === 1 ? 'pcm' : 'float';
  return ok({ sampleRate, channels, bits, format: { encoding, bytes: width } });
}

/** Reads the header of a WAV file, from all of its bytes. */
export function readWavHeader(bytes: Uint8Array): Result<WavHeader, AudioError> {
  if (bytes.length === 0) return fail('empty-file', 'the file is empty (0 bytes)');
  const kind = sniffFormat(bytes);
  if (kind !== 'wav') {
    return fail(
      soundless.has(kind) ? 'not-audio' : 'unsupported-format',
      `it is ${formatTitles[kind]}`,
    );
  }
  let formatChunk: Chunk | undefined;
  let data: Chunk | undefined;
  for (const chunk of walkChunks(bytes)) {
    if (chunk.id === 'fmt ') formatChunk ??= chunk;
    if (chunk.id === 'data') data ??= chunk;
    if (formatChunk !== undefined && data !== undefined) break;
  }
  if (formatChunk === undefined) return fail('bad-header', 'its header is broken: no fmt chunk');
  const format = readFormat(bytes, formatChunk);
  if (!format.ok) return format;
  if (data === undefined) return fail('no-data', 'it has a header but no sound (no data chunk)');
  const { size, truncated } = dataExtent(bytes, data);
  const frames = Math.floor(size / (format.value.channels * format.value.format.bytes));
  return ok({ ...format.value, frames, truncated, start: data.start });
}

/**
 * Decodes a RIFF WAVE file: PCM of 8–32 bits, float of 32 or 64 bits, plain or extensible, scaled
 * as libsndfile scales (int16 / 32768, 8 bits (x − 128) / 128). Takes what real recorders write:
 * foreign chunks anywhere, missing pad bytes, streaming sizes, a file cut short. Memory is bounded
 * by the length of `bytes`, whatever its size fields say.
 */
export function readWav(bytes: Uint8Array): Result<Audio, AudioError> {
  const header = readWavHeader(bytes);
  if (!header.ok) return header;
  const { sampleRate, channels, frames, format, start, truncated } = header.value;
  if (frames === 0) return fail('no-samples', 'it has a header but no samples');
  return ok({
    sampleRate,
    channels: readSamples(bytes, start, frames, channels, format),
    truncated,
  });
}
