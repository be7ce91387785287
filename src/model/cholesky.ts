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
    // What row i has been reduced by so far: all columns below, then the few that are left.
    let reduced = 0;
    for (let j = 0; j <= i; j++) {
      if (j === reduced + 4) reduced = j;
      if (j === reduced) reduceFour(a, size, i, j);
      let sum = a[i * size + j]!;
      for (let k = reduced; k < j; k++) sum -= a[i * size + k]! * a[j * size + k]!;
      if (i !== j) a[i * size + j] = sum / a[j * (size + 1)]!;
      else if (sum > 0) a[i * (size + 1)] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}

/**
 * Subtracts Σ_{k < j} L(i, k) L(m, k) from A(i, m) for the four columns m from j on, as far as the row goes. Four
 * sums go side by side because a subtraction waits for the one before it; each keeps its order and its bits.
 */
function reduceFour(a: Float64Array, size: number, i: number, j: number): void {
  const row = i * size;
  // A row beyond the last is read in place of one that is not there, and its sum thrown away.
  const [m1, m2, m3] = [Math.min(j + 1, i), Math.min(j + 2, i), Math.min(j + 3, i)];
  const [r0, r1, r2, r3] = [j * size, m1 * size, m2 * size, m3 * size];
  let [s0, s1, s2, s3] = [a[row + j]!, a[row + m1]!, a[row + m2]!, a[row + m3]!];
  for (let k = 0; k < j; k++) {
    const x = a[row + k]!;
    s0 -= x * a[r0 + k]!;
    s1 -= x * a[r1 + k]!;
    s2 -= x * a[r2 + k]!;
    s3 -= x * a[r3 + k]!;
  }
  a[row + j] = s0;
  if (j + 1 <= i) a[row + m1] = s1;
  if (j + 2 <= i) a[row + m2] = s2;
  if (j + 3 <= i) a[row + m3] = s3;
}
