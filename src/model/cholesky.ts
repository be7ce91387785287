/**
 * Solves A x = b for a symmetric positive definite A of which only the lower triangle (row-major) is
 * read; A is overwritten. Where rounding leaves A indefinite, growing multiples of the identity are
 * added, which turns a Newton step towards the gradient.
 */
export function solveSymmetric(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const original = Float64Array.from(a);
  let trace = 0;
  for (let i = 0; i < size; i++) trace += a[i * (size + 1)]!;
  let ridge = 0;
  while (!factorise(a, size)) {
    ridge = ridge === 0 ? (1e-14 * trace) / size : ridge * 10;
    a.set(original);
    for (let i = 0; i < size; i++) a[i * (size + 1)]! += ridge;
  }
  const x = Float64Array.from(b);
  for (let i = 0; i < size; i++) {
    let sum = x[i]!;
    for (let j = 0; j < i; j++) sum -= a[i * size + j]! * x[j]!;
    x[i] = sum / a[i * (size + 1)]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    x[i]! /= a[i * (size + 1)]!;
    const value = x[i]!;
    for (let j = 0; j < i; j++) x[j]! -= a[i * size + j]! * value;
  }
  return x;
}

/** A = L Lᵀ in place; false when a pivot is not positive. */
function factorise(a: Float64Array, size: number): boolean {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * size + k]! * a[j * size + k]!;
      if (i !== j) a[i * size + j] = sum / a[j * (size + 1)]!;
      else if (sum > 0) a[i * (size + 1)] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}
