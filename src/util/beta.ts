import type { Random } from './random.ts';

/**
 * A draw from Beta(a, a), a > 0, symmetric about ½: x / (x + y) of two Gamma(a, 1) draws, taken in
 * logarithms, because for small a both would be 0. A small a gives mostly values near 0 and 1.
 */
export function drawBeta(random: Random, a: number): number {
  const x = drawLogGamma(random, a);
  const y = drawLogGamma(random, a);
  return 1 / (1 + Math.exp(y - x));
}

/** ln of a Gamma(a, 1) draw: Gamma(a + 1) by Marsaglia & Tsang (2000), times U^(1/a). */
function drawLogGamma(random: Random, a: number): number {
  const d = a + 1 - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = random.normal();
    const v = (1 + c * z) ** 3;
    if (v <= 0) continue;
    // 1 − U lies in (0, 1], so that its logarithm is finite.
    if (Math.log(1 - random.next()) >= z * z * 0.5 + d * (1 - v + Math.log(v))) continue;
    return Math.log(d * v) + Math.log(1 - random.next()) / a;
  }
}
