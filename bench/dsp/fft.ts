import { powerToDb } from '../../src/dsp/decibel.ts';
import { realTables } from '../../src/dsp/fft.ts';
import { createLogMel } from '../../src/dsp/log-mel.ts';
import { createMelBank } from '../../src/dsp/mel.ts';
import { kernels } from '../../src/dsp/wasm/kernels.ts';
import { doubles, layOut } from '../../src/dsp/wasm/memory.ts';
import { createWindow } from '../../src/dsp/window.ts';
import { createRandom } from '../../src/util/random.ts';
import { ours, race } from './peer.ts';

/**
 * Power spectra by the transforms that one may take, in turns within one run: spectra per processor second,
 * and what each transform's rounding does to the log-mel spectrogram of a loud tone over a quiet hiss. The
 * packages that affekt does without are left out unless installed:
 *
 *     npm install --no-save @echogarden/pffft-wasm@0.4.2 kissfft-js@0.1.8
 *     node --import tsx bench/dsp/fft.ts
 */
interface Transform {
  readonly name: string;
  /** Frames that one call transforms. */
  readonly frames: number;
  /** |X|² of the frame (or of twice the frame), as it comes. */
  power(frame: Float64Array, out: Float64Array): void;
}

/** Packages without types, and those that may be missing. */
// biome-ignore lint/suspicious/noExplicitAny: untyped packages
type Untyped = any;

async function load(name: string): Promise<Untyped> {
  try {
    return await import(name);
  } catch {
    console.log(`${name} is not installed`);
    return undefined;
  }
}

function kernel(size: number): Transform {
  const { plan, turns } = realTables(size);
  return {
    name: 'affekt (WASM SIMD, f64)',
    frames: 2,
    power(frame, out) {
      const at = layOut([plan, turns], [16 * size, 16 * size, 8 * size + 16]);
      const [a = 0, b = 0, to = 0] = at.areas;
      const lanes = doubles(a, 2 * size);
      for (let i = 0; i < size; i++) {
        lanes[2 * i] = 0.5 * frame[i]!;
        lanes[2 * i + 1] = lanes[2 * i]!;
      }
      kernels().realPowers(at.tables[0]!, at.tables[1]!, size / 2, a, b, to);
      const view = doubles(to, size + 2);
      for (let k = 0; k <= size / 2; k++) out[k] = view[2 * k]!;
    },
  };
}

async function fftJs(size: number): Promise<Transform | undefined> {
  const FFT = (await load('fft.js'))?.default;
  if (FFT === undefined) return undefined;
  const fft = new FFT(size);
  const z = new Float64Array(2 * size);
  return {
    name: 'fft.js (f64)',
    frames: 1,
    power(frame, out) {
      fft.realTransform(z, frame);
      for (let k = 0; k <= size / 2; k++) out[k] = z[2 * k]! ** 2 + z[2 * k + 1]! ** 2;
    },
  };
}

async function pffft(size: number): Promise<Transform | undefined> {
  const module = await load('@echogarden/pffft-wasm/simd');
  if (module === undefined) return undefined;
  const p = await module.default();
  const setup = p._pffft_new_setup(size, 0);
  const [a, b, work] = [0, 1, 2].map(() => p._pffft_aligned_malloc(4 * size));
  const input = new Float32Array(p.HEAPF32.buffer, a, size);
  const z = new Float32Array(p.HEAPF32.buffer, b, size);
  return {
    name: 'pffft-wasm (SIMD, f32)',
    frames: 1,
    power(frame, out) {
      input.set(frame);
      p._pffft_transform_ordered(setup, a, b, work, 0);
      out[0] = z[0]! ** 2;
      out[size / 2] = z[1]! ** 2;
      for (let k = 1; k < size / 2; k++) out[k] = z[2 * k]! ** 2 + z[2 * k + 1]! ** 2;
    },
  };
}

async function kiss(size: number): Promise<Transform | undefined> {
  const module = await load('kissfft-js');
  if (module === undefined) return undefined;
  const fft = new (module.default ?? module).FFTR(size);
  return {
    name: 'kissfft-js (f32)',
    frames: 1,
    power(frame, out) {
      const z = fft.forward(frame);
      for (let k = 0; k <= size / 2; k++) out[k] = z[2 * k] ** 2 + z[2 * k + 1] ** 2;
    },
  };
}

const sampleRate = 16000;
const random = createRandom(7);
/** A tone of full scale and a hiss 100 dB below it. */
const hidden = Float32Array.from(
  { length: sampleRate },
  (_, n) => Math.sin((2 * Math.PI * 440 * n) / sampleRate) + 1e-5 * random.normal(),
);

/** Largest error of the transform's log-mel bands in dB beside ours, which is beside librosa in the tests. */
function worstBand(size: number, transform: Transform): number {
  const hop = size / 4;
  const mel = { sampleRate, nFft: size, nMels: 64, fmin: 0, fmax: 8000, htk: false } as const;
  const truth = createLogMel({
    ...{ ...mel, norm: 'slaney', winLength: size, hopLength: hop, window: 'hann', center: true },
    ...{ padMode: 'constant', power: 2, scale: 'db', amin: 1e-10, topDb: null, trimDb: null },
  }).compute(hidden);
  const bank = createMelBank({ ...mel, norm: 'slaney' });
  const window = createWindow('hann', size);
  const frame = new Float64Array(size);
  const power = new Float64Array(size / 2 + 1);
  const row = new Float32Array(64);
  let worst = 0;
  // Frames that lie inside the signal.
  for (let t = 2; t < truth.frames - 4; t++) {
    for (let i = 0; i < size; i++) frame[i] = hidden[t * hop - size / 2 + i]! * window[i]!;
    transform.power(frame, power);
    bank.apply(power, row, 0);
    for (const [i, db] of powerToDb(row, { ref: 1, amin: 1e-10, topDb: null }).entries()) {
      worst = Math.max(worst, Math.abs(db - truth.data[t * 64 + i]!));
    }
  }
  return worst;
}

console.log('| size | transform | spectra/s | worst band, dB |');
console.log('|---|---|---|---|');
for (const size of [512, 1024, 2048]) {
  const all = [kernel(size), await fftJs(size), await pffft(size), await kiss(size)];
  const transforms = all.filter((one) => one !== undefined);
  const frame = Float64Array.from({ length: size }, () => random.normal());
  const out = new Float64Array(size / 2 + 1);
  const times = await race(
    transforms.map(({ name, power }) => ours(name, () => power(frame, out))),
    { rounds: 15, times: 4000 },
  );
  for (const [i, transform] of transforms.entries()) {
    const speed = (transform.frames / times[i]! / 1000).toFixed(0);
    console.log(
      `| ${size} | ${transform.name} | ${speed}k | ${worstBand(size, transform).toExponential(1)} |`,
    );
  }
}
