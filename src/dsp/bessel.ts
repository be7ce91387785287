/** Modified Bessel function of the first kind, order 0: Σ ((x/2)^k / k!)². */
export function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    const ratio = x / (2 * k);
    term *= ratio * ratio;
    sum += term;
  }
  return sum;
}
