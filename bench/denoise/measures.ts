import { createResampler } from '../../src/audio/resample.ts';
import { createRealFft } from '../../src/dsp/fft.ts';

/** Scale-invariant signal-to-distortion ratio in dB (Le Roux et al. 2019), means removed. */
export function siSdr(reference: Float32Array, estimate: Float32Array): number {
  const mean = (x: Float32Array): number => x.reduce((a, b) => a + b, 0) / x.length;
  const [m, n] = [mean(reference), mean(estimate)];
  let dot = 0;
  let own = 0;
  for (const [i, value] of reference.entries()) {
    dot += (value - m) * (estimate[i]! - n);
    own += (value - m) ** 2;
  }
  const scale = dot / own;
  let rest = 1e-20;
  for (const [i, value] of reference.entries()) {
    rest += (estimate[i]! - n - scale * (value - m)) ** 2;
  }
  return 10 * Math.log10((scale * scale * own) / rest);
}

const [rate, size, hop, padded] = [10_000, 256, 128, 512];
/** Third-octave bands from 150 Hz, and frames that are compared at once: some 384 ms. */
const [bandCount, lowest, segment] = [15, 150, 30];
const dynamicRange = 40;
const clip = 10 ** (15 / 20);

/** Short-time objective intelligibility, 0 … 1 (Taal et al. 2011). NaN for less than 30 loud frames. */
export function stoi(reference: Float32Array, estimate: Float32Array, sampleRate: number): number {
  const to = createResampler(sampleRate, rate);
  const [x, y] = loudParts(to.resample(reference), to.resample(estimate));
  const [clean, noisy] = [bands(x), bands(y)];
  let sum = 0;
  let count = 0;
  for (let end = segment; end <= (clean[0]?.length ?? 0); end++) {
    for (let band = 0; band < bandCount; band++) {
      sum += correlation(
        clean[band]!.slice(end - segment, end),
        noisy[band]!.slice(end - segment, end),
      );
      count++;
    }
  }
  return sum / count;
}

/** Hann of `size` + 2 without its zeros, as the authors have it. */
const window = Float64Array.from(
  { length: size },
  (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 1)) / (size + 1)),
);

function framesOf(x: Float32Array): readonly Float64Array[] {
  const count = Math.ceil((x.length - size) / hop);
  return Array.from({ length: Math.max(0, count) }, (_, t) =>
    window.map((w, i) => w * x[t * hop + i]!),
  );
}

/** Both signals without the frames in which the reference is 40 dB below its loudest one. */
function loudParts(
  x: Float32Array,
  y: Float32Array,
): readonly [readonly Float64Array[], readonly Float64Array[]] {
  const [clean, noisy] = [framesOf(x), framesOf(y)];
  const level = clean.map(
    (frame) => 20 * Math.log10(Math.sqrt(frame.reduce((s, v) => s + v * v, 0)) + 2 ** -52),
  );
  const loudest = Math.max(...level);
  const keep = (frames: readonly Float64Array[]): readonly Float64Array[] =>
    overlapped(frames.filter((_, t) => level[t]! > loudest - dynamicRange));
  return [keep(clean), keep(noisy)];
}

/** Frames put side by side to a signal again, and cut into windowed frames. */
function overlapped(frames: readonly Float64Array[]): readonly Float64Array[] {
  const signal = new Float32Array((frames.length - 1) * hop + size);
  for (const [t, frame] of frames.entries()) {
    for (const [i, value] of frame.entries()) signal[t * hop + i]! += value;
  }
  return framesOf(signal);
}

/** Bands × frames: the root of each band's power. */
function bands(frames: readonly Float64Array[]): readonly (readonly number[])[] {
  const fft = createRealFft(padded);
  const power = new Float64Array(fft.bins);
  const frame = new Float64Array(padded);
  const nearest = (hertz: number): number => Math.round((hertz * padded) / rate);
  const edges = Array.from({ length: bandCount }, (_, k) => {
    const centre = lowest * 2 ** (k / 3);
    return [nearest(centre * 2 ** (-1 / 6)), nearest(centre * 2 ** (1 / 6))] as const;
  });
  const out = edges.map((): number[] => []);
  for (const one of frames) {
    frame.fill(0);
    frame.set(one);
    fft.power(frame, power);
    for (const [k, [from, to]] of edges.entries()) {
      out[k]!.push(Math.sqrt(power.subarray(from, to).reduce((a, b) => a + b, 0)));
    }
  }
  return out;
}

/** Of one band over a segment, the noisy side brought to the level of the clean one and clipped at −15 dB. */
function correlation(x: readonly number[], y: readonly number[]): number {
  const norm = (v: readonly number[]): number => Math.sqrt(v.reduce((s, a) => s + a * a, 0));
  const factor = norm(x) / (norm(y) + 2 ** -52);
  const limited = y.map((value, i) => Math.min(value * factor, x[i]! * (1 + clip)));
  const centred = (v: readonly number[]): readonly number[] => {
    const mean = v.reduce((a, b) => a + b, 0) / v.length;
    const rest = v.map((value) => value - mean);
    const length = norm(rest) + 2 ** -52;
    return rest.map((value) => value / length);
  };
  const [a, b] = [centred(x), centred(limited)];
  return a.reduce((s, value, i) => s + value * b[i]!, 0);
}
