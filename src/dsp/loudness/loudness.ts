import { exp, raise } from '../elementary.ts';
import { filterSections, type Section } from '../waveform/butterworth.ts';

/** Seconds of a gating block, and the share of it that lies between the starts of two. */
const block = { length: 0.4, step: 0.25 } as const;
/** Blocks below are not heard. */
const absoluteGate = -70;
/** Blocks this much below the mean of those that are heard do not count. */
const relativeGate = 10;

/**
 * Integrated loudness of one channel in LUFS by ITU-R BS.1770-4: K-weighting, mean squares of blocks of
 * 400 ms every 100 ms, an absolute gate at −70 LUFS and a relative one 10 LU below. −∞ where nothing passes.
 * A sound shorter than a block is one block.
 */
export function loudness(signal: Float32Array, sampleRate: number): number {
  const weighted = filterSections(signal, kWeighting(sampleRate));
  const powers = blockPowers(weighted, sampleRate);
  const heard = powers.filter((power) => toLufs(power) >= absoluteGate);
  const gate = toLufs(mean(heard)) - relativeGate;
  return toLufs(mean(heard.filter((power) => toLufs(power) > gate)));
}

function toLufs(power: number): number {
  return power > 0 ? -0.691 + 10 * Math.log10(power) : Number.NEGATIVE_INFINITY;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
}

/** pyloudnorm's blocks: their number is rounded, so the last one may lack some samples. */
function blockPowers(weighted: Float32Array, sampleRate: number): readonly number[] {
  const size = block.length * sampleRate;
  const power = (from: number, to: number, n: number): number => {
    let sum = 0;
    for (let i = from; i < Math.min(to, weighted.length); i++) sum += weighted[i]! * weighted[i]!;
    return sum / n;
  };
  if (weighted.length < size) return [power(0, weighted.length, Math.max(1, weighted.length))];
  const count =
    Math.round((weighted.length / sampleRate - block.length) / (block.length * block.step)) + 1;
  return Array.from({ length: count }, (_, j) =>
    power(
      Math.floor(block.length * (j * block.step) * sampleRate),
      Math.floor(block.length * (j * block.step + 1) * sampleRate),
      size,
    ),
  );
}

/**
 * The two filters of BS.1770 at any rate: a shelf of +4 dB above 1682 Hz for the head, and a high-pass at
 * 38 Hz. At 48 kHz these are the coefficients of the recommendation (De Man's analogue prototypes, by the
 * bilinear transform).
 */
function kWeighting(sampleRate: number): readonly Section[] {
  return [
    shelf(
      { gain: 3.999843853973347, q: 0.7071752369554196, cutoff: 1681.974450955533 },
      sampleRate,
    ),
    highPass({ q: 0.5003270373238773, cutoff: 38.13547087602444 }, sampleRate),
  ];
}

function shelf(
  { gain, q, cutoff }: { readonly gain: number; readonly q: number; readonly cutoff: number },
  sampleRate: number,
): Section {
  const k = Math.tan((Math.PI * cutoff) / sampleRate);
  const high = exp((gain * Math.LN10) / 20);
  const band = raise(high, 0.4996667741545416);
  const a0 = 1 + k / q + k * k;
  return [
    (high + (band * k) / q + k * k) / a0,
    (2 * (k * k - high)) / a0,
    (high - (band * k) / q + k * k) / a0,
    (2 * (k * k - 1)) / a0,
    (1 - k / q + k * k) / a0,
  ];
}

function highPass(
  { q, cutoff }: { readonly q: number; readonly cutoff: number },
  sampleRate: number,
): Section {
  const k = Math.tan((Math.PI * cutoff) / sampleRate);
  const a0 = 1 + k / q + k * k;
  // The recommendation leaves the numerator 1, −2, 1 as it is.
  return [1, -2, 1, (2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0];
}
