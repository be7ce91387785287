// ln, exp, sine and cosine from the four operations alone, which IEEE 754 defines to the last bit: the
// same on every processor and in every engine. Errors stay below two units in the last place.

// ln 2 in two parts; the first has zeros at its end, so that its product with an exponent is exact.
const ln2High: f64 = 0.6931471803691238;
const ln2Low: f64 = 1.9082149292705877e-10;

/**
 * ln x of two normal positive numbers: x = 2^e m with m in [√½, √2), f = (m − 1) / (m + 1) and
 * ln m = 2 (f + f³/3 + f⁵/5 + …). Infinity and NaN stay what they are.
 */
export function lnPair(x: v128): v128 {
  const root = f64x2.splat(Math.SQRT1_2);
  const shifted = i64x2.sub(x, root);
  // The exponent in the last bits of 2^52 makes a number of it; 1024 keeps it positive.
  const counted = i64x2.shr_u(i64x2.add(shifted, i64x2.splat(0x4000000000000000)), 52);
  const magic = f64x2.splat(4503599627370496);
  const e = f64x2.sub(v128.or(counted, magic), f64x2.splat(4503599627370496 + 1024));
  const m = i64x2.add(v128.and(shifted, i64x2.splat(0x000fffffffffffff)), root);
  const one = f64x2.splat(1);
  const f = f64x2.div(f64x2.sub(m, one), f64x2.add(m, one));
  const z = f64x2.mul(f, f);
  let sum = f64x2.splat(1.0 / 21);
  sum = f64x2.add(f64x2.mul(sum, z), f64x2.splat(1.0 / 19));
  sum = f64x2.add(f64x2.mul(sum, z), f64x2.splat(1.0 / 17));
  sum = f64x2.add(f64x2.mul(sum, z), f64x2.splat(1.0 / 15));
  sum = f64x2.add(f64x2.mul(sum, z), f64x2.splat(1.0 / 13));
  sum = f64x2.add(f64x2.mul(sum, z), f64x2.splat(1.0 / 11));
  sum = f64x2.add(f64x2.mul(sum, z), f64x2.splat(1.0 / 9));
  sum = f64x2.add(f64x2.mul(sum, z), f64x2.splat(1.0 / 7));
  sum = f64x2.add(f64x2.mul(sum, z), f64x2.splat(1.0 / 5));
  sum = f64x2.add(f64x2.mul(sum, z), f64x2.splat(1.0 / 3));
  const twice = f64x2.add(f, f);
  const small = f64x2.add(f64x2.mul(f64x2.mul(twice, z), sum), f64x2.mul(e, f64x2.splat(ln2Low)));
  const ln = f64x2.add(f64x2.mul(e, f64x2.splat(ln2High)), f64x2.add(twice, small));
  return v128.bitselect(ln, x, f64x2.lt(x, f64x2.splat(Infinity)));
}

/** ln x of a normal positive number. */
export function ln(x: f64): f64 {
  return f64x2.extract_lane(lnPair(f64x2.splat(x)), 0);
}

function powerOfTwo(k: i32): f64 {
  return reinterpret<f64>((<i64>(k + 1023)) << 52);
}

/** e^x = 2^k e^r with |r| ≤ ln 2 / 2 and Taylor's series for e^r. */
export function exp(x: f64): f64 {
  const clamped = max(-1000.0, min(1000.0, x));
  const k = nearest(clamped * Math.LOG2E);
  const r = clamped - k * ln2High - k * ln2Low;
  let sum: f64 = 1.0;
  for (let n = 14; n > 0; n--) sum = 1.0 + (sum * r) / <f64>n;
  // In two steps, for results that are subnormal or infinite.
  const whole = <i32>k;
  const half = whole >> 1;
  return sum * powerOfTwo(half) * powerOfTwo(whole - half);
}

/** x^y of a number ≥ 0, y > 0. */
export function raise(x: f64, y: f64): f64 {
  return x < 2.2250738585072014e-308 ? 0.0 : exp(y * ln(x));
}

/**
 * The sine (quarter = 0) or cosine (quarter = 1) of k / n turns. Whole k and n are reduced without
 * rounding to at most an eighth of a turn, where Taylor's series take over.
 */
export function wave(k: f64, n: f64, quarter: i32): f64 {
  const part = k - floor(k / n) * n;
  const q = nearest((4 * part) / n);
  const angle = (1.5707963267948966 * (4 * part - q * n)) / n;
  const z = angle * angle;
  const quadrant = (<i32>q + quarter) & 3;
  let sum: f64 = 1.0;
  if (quadrant & 1) {
    for (let i = 18; i > 0; i -= 2) sum = 1.0 - (sum * z) / <f64>(i * (i - 1));
  } else {
    for (let i = 19; i > 1; i -= 2) sum = 1.0 - (sum * z) / <f64>(i * (i - 1));
    sum *= angle;
  }
  return quadrant > 1 ? -sum : sum;
}
