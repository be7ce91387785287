import { kernels } from './wasm/kernels.ts';

// Math.pow gives other last digits in Node 24 than in Node 22, and nothing but the four operations and
// the square root is the same in every engine and on every processor by definition. Tables of filters
// and windows are made from these.

/** Natural logarithm of a normal positive number. */
export function ln(x: number): number {
  return kernels().ln(x);
}

export function exp(x: number): number {
  return kernels().exp(x);
}

/** x^y for x ≥ 0 and y > 0. */
export function raise(x: number, y: number): number {
  return kernels().raise(x, y);
}

/** sin(2πk / n): of k / n turns. */
export function sinTurns(k: number, n: number): number {
  return kernels().wave(k, n, 0);
}

export function cosTurns(k: number, n: number): number {
  return kernels().wave(k, n, 1);
}
