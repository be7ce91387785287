/** Largest prime factor that the transforms have a pass for. */
const largestFactor = 5;

/** True for the sizes that the transforms take: even numbers from 4 on without a prime factor above 5. */
export function isFftSize(size: number): boolean {
  if (!Number.isInteger(size) || size < 4 || size % 2 !== 0) return false;
  let rest = size;
  for (let factor = 2; factor <= largestFactor; factor++)
    while (rest % factor === 0) rest /= factor;
  return rest === 1;
}

/** The size that differs least from `size`, the larger of two. */
export function nearestFftSize(size: number): number {
  const whole = Math.max(4, Math.round(size));
  for (let distance = 0; ; distance++) {
    if (isFftSize(whole + distance)) return whole + distance;
    if (isFftSize(whole - distance)) return whole - distance;
  }
}
