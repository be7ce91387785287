import { createRandom, hashSeed } from '../util/random.ts';
import { valueAtFraction } from './random-point.ts';
import { choosePoint, type Point, type Space } from './space.ts';

/** The first `count` prime numbers. */
export function primes(count: number): readonly number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) {
    if (found.every((prime) => n % prime !== 0)) found.push(n);
  }
  return found;
}

/** How many digits of base b a double holds: ⌈54 / log₂ b⌉ − 1. */
export function digitCount(base: number): number {
  return Math.ceil(54 / Math.log2(base)) - 1;
}

/** A permutation of the digits 0 … b − 1 for each place of the fraction; as they are without. */
export type DigitPermutations = readonly (readonly number[])[];

/** The index with its digits in base b mirrored at the point, each put through the permutation of its place. */
export function radicalInverse(
  index: number,
  base: number,
  permutations?: DigitPermutations,
): number {
  let left = index;
  let weight = 1;
  let sum = 0;
  for (let place = 0; place < digitCount(base); place++) {
    const digit = left % base;
    weight /= base;
    sum += (permutations?.[place]?.[digit] ?? digit) * weight;
    left = (left - digit) / base;
  }
  return sum;
}

/** Random permutations of the digits of base b (Owen's randomised Halton). */
function digitPermutations(base: number, seed: number): DigitPermutations {
  const random = createRandom(hashSeed('halton', seed, base));
  const digits = Array.from({ length: base }, (_, digit) => digit);
  return Array.from({ length: digitCount(base) }, () => random.shuffle(digits));
}

/**
 * Point n of the scrambled Halton sequence over a space: parameter j of the space reads the radical inverse
 * in the j-th prime, whether it is active or not, so that a condition shifts nothing else. It fills a
 * space more evenly than random points: `scipy.stats.qmc.Halton`, with our own permutations.
 */
export function haltonPoint(space: Space, seed: number, index: number): Point {
  const bases = primes(space.length);
  return choosePoint(space, (parameter) => {
    const base = bases[space.indexOf(parameter)]!;
    // Rounding of the last place can give 1 itself.
    const u = Math.min(radicalInverse(index, base, digitPermutations(base, seed)), 1 - 2 ** -53);
    return valueAtFraction(parameter.dimension, u);
  });
}
