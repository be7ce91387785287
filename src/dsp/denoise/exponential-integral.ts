import { exp, ln } from '../elementary.ts';

const eulerGamma = 0.5772156649015329;

/**
 * E₁(x) = ∫ₓ^∞ e^(−t) / t dt for x > 0, to some 1e-14 of itself: scipy.special.exp1. Up to 1 the series
 * −γ − ln x − Σ (−x)^k / (k k!), beyond it the continued fraction by Lentz's method (Abramowitz & Stegun
 * 5.1.11 and 5.1.22).
 */
export function exponentialIntegral(x: number): number {
  if (x <= 1) {
    let sum = 0;
    let term = 1;
    for (let k = 1; k < 30; k++) {
      term *= -x / k;
      sum -= term / k;
      if (Math.abs(term) < 1e-17) break;
    }
    return sum - eulerGamma - ln(x);
  }
  // Underflows to 0 long before, and e^x has no place in a double there.
  if (x > 700) return 0;
  let b = x + 1;
  let c = 1e300;
  let d = 1 / b;
  let value = d;
  for (let k = 1; k < 200; k++) {
    const a = -k * k;
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    const step = c * d;
    value *= step;
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return value * exp(-x);
}
