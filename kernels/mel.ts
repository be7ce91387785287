import { lnPair, raise } from './elementary';
import { realPowers } from './real';

/** Two frames of float32 samples times the window: even samples as real, odd ones as imaginary parts. */
function cut(first: usize, second: usize, window: usize, half: u32, to: usize): void {
  for (let i: u32 = 0; i < half; i++) {
    const w = v128.load(window);
    const a = f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(first)), w);
    const b = f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(second)), w);
    v128.store(to, v128.shuffle<f64>(a, b, 0, 2));
    v128.store(to, v128.shuffle<f64>(a, b, 1, 3), 16);
    window += 16;
    first += 8;
    second += 8;
    to += 32;
  }
}

/** |X|² to |X|^power, `half` being power / 2. */
function toExponent(powers: usize, bins: u32, half: f64): void {
  for (const end = powers + ((<usize>bins) << 4); powers < end; powers += 16) {
    if (half === 0.5) {
      v128.store(powers, f64x2.sqrt(v128.load(powers)));
    } else {
      store<f64>(powers, raise(load<f64>(powers), half));
      store<f64>(powers, raise(load<f64>(powers, 8), half), 8);
    }
  }
}

/**
 * Sums of both lanes under each band's weights, rounded to float32. `bank`: first bin and number of bins
 * of each band (two u32), then all weights (f64).
 */
function sum(powers: usize, bank: usize, bands: u32, first: usize, second: usize): void {
  let weights = bank + ((<usize>bands) << 3);
  for (let i: u32 = 0; i < bands; i++) {
    let at = powers + ((<usize>load<u32>(bank)) << 4);
    let count = load<u32>(bank, 4);
    let even = f64x2.splat(0);
    let odd = f64x2.splat(0);
    for (; count >= 2; count -= 2) {
      even = f64x2.add(even, f64x2.mul(v128.load_splat<f64>(weights), v128.load(at)));
      odd = f64x2.add(odd, f64x2.mul(v128.load_splat<f64>(weights, 8), v128.load(at, 16)));
      weights += 16;
      at += 32;
    }
    if (count) {
      even = f64x2.add(even, f64x2.mul(v128.load_splat<f64>(weights), v128.load(at)));
      weights += 8;
    }
    const both = v128.demote_zero<f64>(f64x2.add(even, odd));
    v128.store_lane<f32>(first, both, 0);
    v128.store_lane<f32>(second, both, 1);
    bank += 8;
    first += 4;
    second += 4;
  }
}

/**
 * Mel spectrogram of `frames` frames of the signal, which holds hop × (frames − 1) + N samples, or one hop
 * more for an odd number; `out` has room for an even number of rows. `window` is halved.
 */
export function melFrames(
  signal: usize,
  hop: u32,
  frames: u32,
  window: usize,
  plan: usize,
  turns: usize,
  half: u32,
  exponent: f64,
  bank: usize,
  bands: u32,
  a: usize,
  b: usize,
  powers: usize,
  out: usize,
): void {
  const jump = (<usize>hop) << 2;
  const row = (<usize>bands) << 2;
  for (let t: u32 = 0; t < frames; t += 2) {
    cut(signal, signal + jump, window, half, a);
    realPowers(plan, turns, half, a, b, powers);
    if (exponent !== 1.0) toExponent(powers, half + 1, exponent);
    sum(powers, bank, bands, out, out + row);
    signal += 2 * jump;
    out += 2 * row;
  }
}

/** ln max(amin, x) of four float32. */
function lnFour(x: v128, amin: v128, factor: v128): v128 {
  const low = lnPair(f64x2.max(f64x2.promote_low_f32x4(x), amin));
  const rest = v128.shuffle<f64>(x, x, 1, 0);
  const high = lnPair(f64x2.max(f64x2.promote_low_f32x4(rest), amin));
  return v128.shuffle<f64>(
    v128.demote_zero<f64>(f64x2.mul(low, factor)),
    v128.demote_zero<f64>(f64x2.mul(high, factor)),
    0,
    2,
  );
}

/**
 * ln(max(amin, x)) × factor, rounded to float32, times scale, rounded again, of `count` float32 (a multiple
 * of 4) in place.
 */
export function logarithms(values: usize, count: u32, amin: f64, factor: f64, scale: f32): void {
  const least = f64x2.splat(amin);
  const times = f64x2.splat(factor);
  const scales = f32x4.splat(scale);
  for (const end = values + ((<usize>count) << 2); values < end; values += 16) {
    v128.store(values, f32x4.mul(scales, lnFour(v128.load(values), least, times)));
  }
}
