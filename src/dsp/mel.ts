import { exp, ln, raise } from './elementary.ts';
import { createTable, type Table } from './wasm/memory.ts';

/**
 * How each triangle is scaled: `slaney` to unit area per Hz (2 / width), null to a peak of 1, a number p > 0
 * to (Σ W(i, k)^p)^(1/p) = 1.
 */
export type MelNorm = 'slaney' | null | number;

export interface MelOptions {
  /** Hz. */
  readonly sampleRate: number;
  readonly nFft: number;
  readonly nMels: number;
  /** Lowest and highest edge in Hz. */
  readonly fmin: number;
  readonly fmax: number;
  /** HTK's mel formula instead of Slaney's. */
  readonly htk: boolean;
  readonly norm: MelNorm;
}

const linearStep = 200 / 3;
const logStart = 1000;
const logStartMel = logStart / linearStep;
/** ln 6.4 / 27. */
const logStep = 0.06875177742094912;

/** Slaney (Auditory Toolbox): linear below 1 kHz, logarithmic above; HTK: 2595 log10(1 + f / 700). */
export function hzToMel(hz: number, htk: boolean): number {
  if (htk) return 2595 * Math.LOG10E * ln(1 + hz / 700);
  return hz < logStart ? hz / linearStep : logStartMel + ln(hz / logStart) / logStep;
}

export function melToHz(mel: number, htk: boolean): number {
  if (htk) return 700 * (exp((mel / 2595) * Math.LN10) - 1);
  return mel < logStartMel ? mel * linearStep : logStart * exp(logStep * (mel - logStartMel));
}

/** The n_mels + 2 edges of the triangles in Hz, equally spaced in mel. */
function melEdges({ nMels, fmin, fmax, htk }: MelOptions): Float64Array {
  const low = hzToMel(fmin, htk);
  const step = (hzToMel(fmax, htk) - low) / (nMels + 1);
  return Float64Array.from({ length: nMels + 2 }, (_, i) => melToHz(low + step * i, htk));
}

/** Triangular filters over n_fft / 2 + 1 bins; only their non-zero part is stored. */
export interface MelBank {
  readonly bands: number;
  /** Bands that no frequency bin falls into: always 0. */
  readonly empty: readonly number[];
  /** Σ_k W(band, k) power(k) of every band, rounded to float32, into `out` from `offset` on. */
  apply(power: Float64Array, out: Float32Array, offset: number): void;
  /** W(band, k). */
  weight(band: number, bin: number): number;
  /** For the kernel: first bin and number of bins of each band, then all weights. */
  readonly table: Table;
}

/** What the weights of a triangle of this width in Hz are multiplied by. */
function scaleOf(weights: readonly number[], width: number, norm: MelNorm): number {
  if (norm === null || weights.length === 0) return 1;
  if (norm === 'slaney') return 2 / width;
  return (
    1 /
    raise(
      weights.reduce((sum, weight) => sum + raise(weight, norm), 0),
      1 / norm,
    )
  );
}

/**
 * librosa.filters.mel: W(i, k) = max(0, min((f_k − e_i) / (e_i+1 − e_i), (e_i+2 − f_k) / (e_i+2 −
 * e_i+1))), scaled by `norm`; rounded to float32 where librosa does.
 */
export function createMelBank(options: MelOptions): MelBank {
  const { sampleRate, nFft, nMels } = options;
  const bins = nFft / 2 + 1;
  const edges = melEdges(options);
  const starts = new Int32Array(nMels);
  const offsets = new Int32Array(nMels + 1);
  const packed: number[] = [];
  const empty: number[] = [];
  for (let i = 0; i < nMels; i++) {
    const [left, peak, right] = [edges[i]!, edges[i + 1]!, edges[i + 2]!];
    const row: number[] = [];
    for (let k = 0; k < bins; k++) {
      const hz = (k * sampleRate) / nFft;
      const ramp = Math.min((hz - left) / (peak - left), (right - hz) / (right - peak));
      const weight = Math.fround(ramp);
      if (weight <= 0) continue;
      if (row.length === 0) starts[i] = k;
      row.push(weight);
    }
    const scale = scaleOf(row, right - left, options.norm);
    for (const weight of row) packed.push(Math.fround(weight * scale));
    offsets[i + 1] = packed.length;
    if (offsets[i + 1] === offsets[i]) empty.push(i);
  }
  const weights = Float64Array.from(packed);
  const bounds = Uint32Array.from({ length: 2 * nMels }, (_, i) =>
    i % 2 === 0 ? starts[i >> 1]! : offsets[(i >> 1) + 1]! - offsets[i >> 1]!,
  );
  return {
    table: createTable(bounds, weights),
    bands: nMels,
    empty,
    apply(power, out, offset) {
      for (let i = 0; i < nMels; i++) {
        const end = offsets[i + 1]!;
        let j = offsets[i]!;
        let k = starts[i]!;
        let even = 0;
        let odd = 0;
        for (; j + 1 < end; j += 2, k += 2) {
          even += weights[j]! * power[k]!;
          odd += weights[j + 1]! * power[k + 1]!;
        }
        out[offset + i] = j < end ? even + odd + weights[j]! * power[k]! : even + odd;
      }
    },
    weight(band, bin) {
      const j = offsets[band]! + bin - starts[band]!;
      return bin >= starts[band]! && j < offsets[band + 1]! ? weights[j]! : 0;
    },
  };
}
