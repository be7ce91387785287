import { doubles, layOut } from '../dsp/wasm/memory.ts';
import { createHalfBand, type HalfBand } from './half-band.ts';
import { createPolyphase, type Polyphase } from './polyphase.ts';
import { designSinc, kaiserSinc } from './sinc-filter.ts';

/** Changes the rate of a signal. */
export interface Resampler {
  /** ceil(length × target / orig) samples; sample m lies at time m / target. */
  resample(signal: Float32Array): Float32Array;
}

/** Share of the lower Nyquist frequency that passes unchanged. */
const passBand = 0.913;
/** Of the gentle filter's stop band, in dB. */
const attenuation = 126;
/**
 * The sharp filter, in samples of twice the lower rate: −6 dB at 0.956875 of the lower Nyquist
 * frequency. The three numbers were fitted to the output of soxr's HQ quality on white noise, which
 * they reproduce with an error of −96 dB.
 */
const sharpFilter = { cutoff: 0.956875 / 4, half: 193.5625, beta: 12.9156 } as const;

/**
 * Linear-phase resampling between any two whole rates (Hz): pass band to 0.913 of the lower Nyquist
 * frequency, at least 120 dB down from that frequency on; the quality of librosa's `soxr_hq`.
 *
 * The steep slope is cut at twice the lower rate by fast convolution; the step between that rate
 * and the higher one then needs a gentle filter of few taps, whatever the ratio is.
 */
export function createResampler(orig: number, target: number): Resampler {
  for (const rate of [orig, target]) {
    if (!Number.isInteger(rate) || rate < 1) throw new RangeError(`${rate} Hz is not a whole rate`);
  }
  if (orig === target) return { resample: (signal) => signal };
  const sharp = createHalfBand(kaiserSinc(sharpFilter.cutoff, sharpFilter.half, sharpFilter.beta));
  return target < orig ? createDown(orig, target, sharp) : createUp(orig, target, sharp);
}

function outputLength(length: number, orig: number, target: number): number {
  return Math.ceil((length * target) / orig);
}

/** Filter between rate `from` and twice the lower rate: all that may alias lies 3 Nyquist up. */
function createGentle(from: number, to: number, lower: number): Polyphase {
  const nyquist = lower / 2 / from;
  const divisor = greatestCommonDivisor(from, to);
  const filter = designSinc(passBand * nyquist, 3 * nyquist, attenuation);
  return createPolyphase(filter, to / divisor, from / divisor);
}

/** Samples from `start` on, zeros beyond the ends. */
function copySamples(signal: Float32Array, start: number, out: Float64Array): void {
  const first = Math.min(out.length, Math.max(0, -start));
  const part = signal.subarray(Math.max(0, start), Math.max(0, start + out.length));
  out.fill(0);
  out.set(part, first);
}

/** Block by block: gentle filter to twice the target, then sharp filter and every second sample. */
function createDown(orig: number, target: number, sharp: HalfBand): Resampler {
  const middle = 2 * target;
  const gentle = orig === middle ? undefined : createGentle(orig, middle, target);
  const inner = sharp.wide + 2 * sharp.half;
  return {
    resample(signal) {
      const out = new Float32Array(outputLength(signal.length, orig, target));
      for (let first = 0; first < out.length; first += sharp.narrow) {
        const start = 2 * first - sharp.half;
        const from = gentle?.begin(start) ?? start;
        const length = (gentle?.end(start + inner - 1) ?? start + inner) - from;
        const at = layOut(
          [...sharp.tables, ...(gentle?.tables ?? [])],
          [...sharp.areas, 8 * inner, 8 * sharp.narrow, 8 * length, gentle?.area(inner) ?? 0],
        );
        const [, , between, result, input, area] = at.areas as readonly number[] as Six;
        copySamples(signal, from, doubles(gentle ? input : between, length));
        gentle?.filter(at.tables[sharp.tables.length] ?? area, input, start, inner, between);
        sharp.decimate(at, between, result);
        const count = Math.min(sharp.narrow, out.length - first);
        out.set(doubles(result, count), first);
      }
      return out;
    },
  };
}

/** Block by block: zeros between samples under the sharp filter, then the gentle one to the target. */
function createUp(orig: number, target: number, sharp: HalfBand): Resampler {
  const middle = 2 * orig;
  const gentle = target === middle ? undefined : createGentle(middle, target, orig);
  const outer = sharp.narrow + sharp.half;
  return {
    resample(signal) {
      const out = new Float32Array(outputLength(signal.length, orig, target));
      for (let first = 0; first < out.length; ) {
        // Even, so that it is a sample of the signal.
        const start = 2 * Math.floor((gentle?.begin(first) ?? first) / 2);
        let count = Math.min(sharp.wide - (first - start), out.length - first);
        if (gentle !== undefined) {
          const most = Math.floor(((start + sharp.wide) * target) / middle) - first + 1;
          count = Math.min(most, out.length - first);
          while (gentle.end(first + count - 1) > start + sharp.wide) count--;
        }
        const at = layOut(
          [...sharp.tables, ...(gentle?.tables ?? [])],
          [...sharp.areas, 8 * outer, 8 * sharp.wide, 8 * count, gentle?.area(count) ?? 0],
        );
        const [, , input, between, result, area] = at.areas as readonly number[] as Six;
        copySamples(signal, (start - sharp.half) / 2, doubles(input, outer));
        sharp.interpolate(at, input, between);
        const offset = between + 8 * ((gentle?.begin(first) ?? first) - start);
        gentle?.filter(at.tables[sharp.tables.length] ?? area, offset, first, count, result);
        out.set(doubles(gentle ? result : offset, count), first);
        first += count;
      }
      return out;
    },
  };
}

type Six = readonly [number, number, number, number, number, number];

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
