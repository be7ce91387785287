import { transform } from './fft';

/** Σ a(i) b(i) over an even number of terms. */
function dot(a: usize, b: usize, terms: u32): f64 {
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  const end = a + ((<usize>terms) << 3);
  for (const most = end - 16; a < most; a += 32, b += 32) {
    even = f64x2.add(even, f64x2.mul(v128.load(a), v128.load(b)));
    odd = f64x2.add(odd, f64x2.mul(v128.load(a, 16), v128.load(b, 16)));
  }
  if (a < end) even = f64x2.add(even, f64x2.mul(v128.load(a), v128.load(b)));
  const sum = f64x2.add(even, odd);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/**
 * `length` results; result j is the product of a row of `taps` coefficients and the input from its place on.
 * Places advance by `whole` + `part` / `count` samples, and the row is that of the phase (times count)
 * or, with `inOrder`, the j-th.
 */
export function polyphase(
  rows: usize,
  taps: u32,
  count: u32,
  whole: u32,
  part: u32,
  phase: u32,
  inOrder: bool,
  input: usize,
  out: usize,
  length: u32,
): void {
  const size = (<usize>taps) << 3;
  for (let j: u32 = 0; j < length; j++) {
    store<f64>(out, dot(rows + size * (inOrder ? j : phase), input, taps));
    out += 8;
    phase += part;
    input += (<usize>whole) << 3;
    if (phase >= count) {
      phase -= count;
      input += 8;
    }
  }
}

/** Elements of four blocks, `block` bytes apart: two complex numbers per lane of real and imaginary part. */
function gather(input: usize, block: usize, size: u32, to: usize): void {
  for (const end = input + ((<usize>size) << 3); input < end; input += 8, to += 32) {
    v128.store(to, v128.load64_lane(input + 2 * block, v128.load64_zero(input), 1));
    v128.store(to, v128.load64_lane(input + 3 * block, v128.load64_zero(input + block), 1), 16);
  }
}

/** The four blocks' results out of elements whose real and imaginary parts are exchanged. */
function scatter(from: usize, count: u32, out: usize): void {
  const block = (<usize>count) << 3;
  for (const end = out + block; out < end; out += 8, from += 32) {
    const re = v128.load(from, 16);
    const im = v128.load(from);
    v128.store64_lane(out, re, 0);
    v128.store64_lane(out + block, im, 0);
    v128.store64_lane(out + 2 * block, re, 1);
    v128.store64_lane(out + 3 * block, im, 1);
  }
}

/**
 * Filters four blocks of 2 × size samples and halves their rate. `response` is real and includes all
 * factors. A transform of exchanged parts is the inverse one, exchanged again.
 */
export function decimate(
  input: usize,
  step: u32,
  long: usize,
  short: usize,
  size: u32,
  response: usize,
  a: usize,
  b: usize,
  skip: u32,
  out: usize,
): void {
  gather(input, (<usize>step) << 4, 2 * size, a);
  const z = transform(long, a, b);
  const folded = z === a ? b : a;
  const far = (<usize>size) << 5;
  for (let k: usize = 0; k < size; k++) {
    const from = z + (k << 5);
    const low = v128.load_splat<f64>(response + (k << 3));
    const high = v128.load_splat<f64>(response + ((k + size) << 3));
    const re = f64x2.add(f64x2.mul(low, v128.load(from)), f64x2.mul(high, v128.load(from + far)));
    const im = f64x2.add(
      f64x2.mul(low, v128.load(from, 16)),
      f64x2.mul(high, v128.load(from + far, 16)),
    );
    v128.store(folded + (k << 5), im);
    v128.store(folded + (k << 5), re, 16);
  }
  scatter(transform(short, folded, z) + ((<usize>skip) << 5), step, out);
}

/** Doubles the rate of four blocks of `size` samples and filters them; otherwise as `decimate`. */
export function interpolate(
  input: usize,
  step: u32,
  long: usize,
  short: usize,
  size: u32,
  response: usize,
  a: usize,
  b: usize,
  skip: u32,
  out: usize,
): void {
  gather(input, (<usize>step) << 3, size, a);
  const z = transform(short, a, b);
  const repeated = z === a ? b : a;
  const far = (<usize>size) << 5;
  for (let k: usize = 0; k < size; k++) {
    const re = v128.load(z + (k << 5));
    const im = v128.load(z + (k << 5), 16);
    const low = v128.load_splat<f64>(response + (k << 3));
    const high = v128.load_splat<f64>(response + ((k + size) << 3));
    const to = repeated + (k << 5);
    v128.store(to, f64x2.mul(low, im));
    v128.store(to, f64x2.mul(low, re), 16);
    v128.store(to + far, f64x2.mul(high, im));
    v128.store(to + far, f64x2.mul(high, re), 16);
  }
  scatter(transform(long, repeated, z) + ((<usize>skip) << 5), 2 * step, out);
}
