import { transform } from './fft';

// Transforms of two real frames at once, one per lane. The even samples of a frame are taken as real and
// the odd ones as imaginary parts of half as many complex numbers Z. With E and O, the transforms of the
// even and the odd samples, X(k) = E(k) + e^(−2πik/N) O(k) and X(N/2 − k) = conj(E(k) − e^(−2πik/N) O(k)).

/** |X(k)|², k = 0 … `half`, from the transform Z of *halved* frames; `turns` holds e^(−2πik/N). */
export function powers(z: usize, turns: usize, half: u32, out: usize): void {
  const two = f64x2.splat(2);
  const first = v128.load(z);
  const second = v128.load(z, 16);
  const sum = f64x2.mul(two, f64x2.add(first, second));
  const difference = f64x2.mul(two, f64x2.sub(first, second));
  let highOut = out + ((<usize>half) << 4);
  v128.store(out, f64x2.mul(sum, sum));
  v128.store(highOut, f64x2.mul(difference, difference));
  let high = z + ((<usize>half) << 5);
  for (let low = z + 32; low < high; low += 32) {
    high -= 32;
    turns += 16;
    out += 16;
    highOut -= 16;
    const c = v128.load_splat<f64>(turns);
    const s = v128.load_splat<f64>(turns, 8);
    const ar = v128.load(low);
    const ai = v128.load(low, 16);
    const br = v128.load(high);
    const bi = v128.load(high, 16);
    const evenRe = f64x2.add(ar, br);
    const evenIm = f64x2.sub(ai, bi);
    const oddRe = f64x2.add(ai, bi);
    const oddIm = f64x2.sub(br, ar);
    const re = f64x2.sub(f64x2.mul(oddRe, c), f64x2.mul(oddIm, s));
    const im = f64x2.add(f64x2.mul(oddIm, c), f64x2.mul(oddRe, s));
    const lowRe = f64x2.add(evenRe, re);
    const lowIm = f64x2.add(evenIm, im);
    const highRe = f64x2.sub(evenRe, re);
    const highIm = f64x2.sub(im, evenIm);
    v128.store(out, f64x2.add(f64x2.mul(lowRe, lowRe), f64x2.mul(lowIm, lowIm)));
    v128.store(highOut, f64x2.add(f64x2.mul(highRe, highRe), f64x2.mul(highIm, highIm)));
  }
}

/** X(k), k = 0 … `half`, 32 bytes each (real parts of both lanes, imaginary parts); as `powers`. */
export function spectra(z: usize, turns: usize, half: u32, out: usize): void {
  const two = f64x2.splat(2);
  const zero = f64x2.splat(0);
  const first = v128.load(z);
  const second = v128.load(z, 16);
  let highOut = out + ((<usize>half) << 5);
  v128.store(out, f64x2.mul(two, f64x2.add(first, second)));
  v128.store(out, zero, 16);
  v128.store(highOut, f64x2.mul(two, f64x2.sub(first, second)));
  v128.store(highOut, zero, 16);
  let high = z + ((<usize>half) << 5);
  for (let low = z + 32; low < high; low += 32) {
    high -= 32;
    turns += 16;
    out += 32;
    highOut -= 32;
    const c = v128.load_splat<f64>(turns);
    const s = v128.load_splat<f64>(turns, 8);
    const ar = v128.load(low);
    const ai = v128.load(low, 16);
    const br = v128.load(high);
    const bi = v128.load(high, 16);
    const evenRe = f64x2.add(ar, br);
    const evenIm = f64x2.sub(ai, bi);
    const oddRe = f64x2.add(ai, bi);
    const oddIm = f64x2.sub(br, ar);
    const re = f64x2.sub(f64x2.mul(oddRe, c), f64x2.mul(oddIm, s));
    const im = f64x2.add(f64x2.mul(oddIm, c), f64x2.mul(oddRe, s));
    v128.store(out, f64x2.add(evenRe, re));
    v128.store(out, f64x2.add(evenIm, im), 16);
    v128.store(highOut, f64x2.sub(evenRe, re));
    v128.store(highOut, f64x2.sub(im, evenIm), 16);
  }
}

/** Power spectra of the two frames at `a` (halved, 32 bytes per pair of samples); uses `b`. */
export function realPowers(
  plan: usize,
  turns: usize,
  half: u32,
  a: usize,
  b: usize,
  out: usize,
): void {
  powers(transform(plan, a, b), turns, half, out);
}

/** Spectra of the two frames, as `realPowers`. */
export function realSpectra(
  plan: usize,
  turns: usize,
  half: u32,
  a: usize,
  b: usize,
  out: usize,
): void {
  spectra(transform(plan, a, b), turns, half, out);
}
