import { companding } from './companding.ts';

/** How samples are stored in a file. */
export interface SampleFormat {
  /** `unsigned` is PCM of 8 bits around 128. */
  readonly encoding: 'pcm' | 'unsigned' | 'float' | 'alaw' | 'ulaw';
  /** Of one sample: 1–4 (PCM), 4 or 8 (float). PCM of odd bit depths is left-justified in these. */
  readonly bytes: number;
  readonly littleEndian: boolean;
}

/** Reads one sample as a number in [−1, 1]. */
type ReadSample = (view: DataView, offset: number) => number;

/** libsndfile's scaling: integers divided by 2^(bits − 1), so −1 is reached and +1 is not. */
function reader({ encoding, bytes, littleEndian }: SampleFormat): ReadSample {
  if (encoding === 'alaw' || encoding === 'ulaw') {
    const values = companding[encoding];
    return (view, at) => values[view.getUint8(at)]!;
  }
  if (encoding === 'unsigned') return (view, at) => (view.getUint8(at) - 128) / 128;
  if (encoding === 'float') {
    return bytes === 8
      ? (view, at) => view.getFloat64(at, littleEndian)
      : (view, at) => view.getFloat32(at, littleEndian);
  }
  if (bytes === 1) return (view, at) => view.getInt8(at) / 128;
  if (bytes === 2) return (view, at) => view.getInt16(at, littleEndian) / 32768;
  if (bytes === 3) {
    const [high, low] = littleEndian ? [2, 0] : [0, 1];
    return (view, at) =>
      (view.getInt8(at + high) * 65536 + view.getUint16(at + low, littleEndian)) / 8388608;
  }
  return (view, at) => view.getInt32(at, littleEndian) / 2147483648;
}

/** Takes interleaved samples apart. `frames` × `channels` × bytes must lie inside `bytes`. */
export function readSamples(
  bytes: Uint8Array,
  start: number,
  frames: number,
  channels: number,
  format: SampleFormat,
): readonly Float32Array[] {
  if (format.encoding === 'pcm' && format.bytes === 2 && format.littleEndian) {
    return readPcm16(bytes, start, frames, channels);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = reader(format);
  const step = channels * format.bytes;
  return Array.from({ length: channels }, (_, channel) => {
    const samples = new Float32Array(frames);
    let at = start + channel * format.bytes;
    for (let i = 0; i < frames; i++, at += step) samples[i] = read(view, at);
    return samples;
  });
}

/** The usual case ten times as fast: 16 bits, little-endian, as processors have them. */
function readPcm16(
  bytes: Uint8Array,
  start: number,
  frames: number,
  channels: number,
): readonly Float32Array[] {
  const values = new Int16Array(frames * channels);
  new Uint8Array(values.buffer).set(bytes.subarray(start, start + values.byteLength));
  return Array.from({ length: channels }, (_, channel) => {
    const samples = new Float32Array(frames);
    for (let i = 0, at = channel; i < frames; i++, at += channels) samples[i] = values[at]! / 32768;
    return samples;
  });
}
