import { cosTurns, sinTurns } from './elementary.ts';

/** Value n of a symmetric window of M samples. */
type Shape = (n: number, M: number) => number;

/** Distance from the middle, 0 there and 1 at the ends. */
const offset: Shape = (n, M) => Math.abs((2 * n) / (M - 1) - 1);

/** Windows of scipy.signal.windows that are no sums of cosines, with SciPy's own defaults. */
export const windowShapes = {
  bartlett: (n, M) => 1 - offset(n, M),
  triang: (n, M) => {
    const middle = Math.abs(2 * n - (M - 1));
    return 1 - middle / (M % 2 === 0 ? M : M + 1);
  },
  cosine: (n, M) => sinTurns(2 * n + 1, 4 * M),
  bohman: (n, M) => {
    const x = offset(n, M);
    return x >= 1 ? 0 : (1 - x) * cosTurns(x, 2) + sinTurns(x, 2) / Math.PI;
  },
  barthann: (n, M) => {
    const x = n / (M - 1) - 0.5;
    return 0.62 - 0.48 * Math.abs(x) + 0.38 * cosTurns(x, 1);
  },
  parzen: (n, M) => {
    const distance = Math.abs(n - (M - 1) / 2);
    const x = distance / (M / 2);
    const rest = 1 - x;
    return distance <= (M - 1) / 4 ? 1 - 6 * x * x * rest : 2 * rest * rest * rest;
  },
  /** Half of it is flat. */
  tukey: (n, M) => {
    const x = offset(n, M);
    return x <= 0.5 ? 1 : 0.5 * (1 + cosTurns(2 * x - 1, 2));
  },
  lanczos: (n, M) => {
    const x = offset(n, M);
    return x === 0 ? 1 : sinTurns(x, 2) / (Math.PI * x);
  },
} as const satisfies Readonly<Record<string, Shape>>;
