import { companding } from './companding.ts';

/** How samples are stored in a file. */
export interface SampleFormat {
  /** `unsigned` is PCM of 8 bits around 128. */
  readonly encoding: 'pcm' | 'unsigned' | 'float' | 'alaw' | 'ulaw';
  /** Of one sample: 1–4 (PCM), 4 or 8 (float). PCM of odd bit depths is left-justified in these. */
  readonly bytes: number;
  readonly littleEndian: boolean;
}

type Numbers = Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** Interleaved samples as stored, and the factor that makes full scale 1. */
interface Stored {
  readonly numbers: Numbers;
  readonly scale: number;
}

const hostIsLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** libsndfile's scaling: integers divided by 2^(bits − 1), so −1 is reached and +1 is not. */
function load(data: Uint8Array, { encoding, bytes, littleEndian }: SampleFormat): Stored {
  if (encoding === 'alaw' || encoding === 'ulaw') {
    const values = companding[encoding];
    return { numbers: Float32Array.from(data, (code) => values[code]!), scale: 1 };
  }
  if (encoding === 'unsigned') {
    return { numbers: Int8Array.from(data, (code) => code - 128), scale: 2 ** -7 };
  }
  if (bytes === 3) return { numbers: load24(data, littleEndian), scale: 2 ** -23 };
  // A copy, because typed arrays have to begin at multiples of their size.
  const { buffer } = reorder(new Uint8Array(data), bytes, littleEndian);
  if (encoding === 'float') {
    const numbers = bytes === 8 ? new Float64Array(buffer) : new Float32Array(buffer);
    return { numbers, scale: 1 };
  }
  if (bytes === 1) return { numbers: new Int8Array(buffer), scale: 2 ** -7 };
  if (bytes === 2) return { numbers: new Int16Array(buffer), scale: 2 ** -15 };
  return { numbers: new Int32Array(buffer), scale: 2 ** -31 };
}

function load24(data: Uint8Array, littleEndian: boolean): Int32Array {
  const [high, low] = littleEndian ? [2, 0] : [0, 2];
  const numbers = new Int32Array(data.length / 3);
  for (let i = 0, at = 0; i < numbers.length; i++, at += 3) {
    // The shift up and down again extends the sign.
    const value = (data[at + high]! << 24) | (data[at + 1]! << 16) | (data[at + low]! << 8);
    numbers[i] = value >> 8;
  }
  return numbers;
}

/** Turns the bytes of every number round, in place, where they are not in this machine's order. */
function reorder(
  data: Uint8Array<ArrayBuffer>,
  bytes: number,
  littleEndian: boolean,
): Uint8Array<ArrayBuffer> {
  if (bytes === 1 || littleEndian === hostIsLittleEndian) return data;
  for (let at = 0; at < data.length; at += bytes) data.subarray(at, at + bytes).reverse();
  return data;
}

/** Takes interleaved samples apart. `frames` × `channels` × bytes must lie inside `bytes`. */
export function readSamples(
  bytes: Uint8Array,
  start: number,
  frames: number,
  channels: number,
  format: SampleFormat,
): readonly Float32Array[] {
  const data = bytes.subarray(start, start + frames * channels * format.bytes);
  const { numbers, scale } = load(data, format);
  if (channels === 1 && numbers instanceof Float32Array) return [numbers];
  return Array.from({ length: channels }, (_, channel) => {
    const samples = new Float32Array(frames);
    for (let i = 0, at = channel; i < frames; i++, at += channels) {
      samples[i] = numbers[at]! * scale;
    }
    return samples;
  });
}
