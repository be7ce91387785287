import { ok, type Result } from '../engine/result.ts';
import type { AudioError } from './audio.ts';
import { implausible, type PcmHeader, refuse } from './pcm-header.ts';
import type { SampleFormat } from './samples.ts';

/** What a `fmt ` chunk says. */
export type WavFormat = Pick<PcmHeader, 'sampleRate' | 'channels' | 'format' | 'bits'>;

/** Format tags that are known but not decoded, for a message that names them. */
const refusedTags: Readonly<Record<number, string>> = {
  2: 'Microsoft ADPCM',
  17: 'IMA ADPCM',
  49: 'GSM 6.10',
  80: 'MPEG',
  85: 'MP3',
  255: 'AAC',
};

const encodings: Readonly<Record<number, SampleFormat['encoding']>> = {
  1: 'pcm',
  3: 'float',
  6: 'alaw',
  7: 'ulaw',
};

/** Bytes 2–15 of the sub-format GUID of WAVE_FORMAT_EXTENSIBLE; bytes 0–1 are the format tag. */
const guidTail = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

/** Reads the content of a `fmt ` chunk: WAVEFORMAT, WAVEFORMATEX or WAVEFORMATEXTENSIBLE. */
export function readWavFormat(
  content: Uint8Array,
  littleEndian: boolean,
): Result<WavFormat, AudioError> {
  const size = content.length;
  if (size < 16) {
    return refuse('bad-header', `its fmt chunk has ${size} bytes instead of 16 or more`);
  }
  const view = new DataView(content.buffer, content.byteOffset, size);
  let tag = view.getUint16(0, littleEndian);
  const channels = view.getUint16(2, littleEndian);
  const sampleRate = view.getUint32(4, littleEndian);
  const blockAlign = view.getUint16(12, littleEndian);
  const bits = view.getUint16(14, littleEndian);
  if (tag === 0xfffe) {
    if (size < 40 || guidTail.some((byte, i) => view.getUint8(26 + i) !== byte)) {
      return refuse('unsupported-encoding', 'its extensible format is not PCM or float');
    }
    tag = view.getUint16(24, littleEndian);
  }
  const doubt = implausible(channels, sampleRate);
  if (doubt !== undefined) return doubt;
  const name = refusedTags[tag];
  if (name !== undefined) return refuse('unsupported-encoding', `its samples are ${name}`);
  const declared = Math.ceil(bits / 8);
  // A container may be wider than its samples (20 bits in 3 bytes are 3 by either count, 24 in 4 are not).
  const container = blockAlign / channels;
  const width = Number.isInteger(container) && container >= declared ? container : declared;
  const encoding = encodings[tag];
  const known =
    encoding === 'pcm'
      ? bits > 0 && width <= 4
      : encoding === 'float'
        ? width === 4 || width === 8
        : encoding !== undefined && width === 1;
  if (encoding === undefined || !known) {
    return refuse('unsupported-encoding', `its samples have format tag ${tag} and ${bits} bits`);
  }
  const stored = encoding === 'pcm' && width === 1 ? 'unsigned' : encoding;
  return ok({
    sampleRate,
    channels,
    bits,
    format: { encoding: stored, bytes: width, littleEndian },
  });
}
