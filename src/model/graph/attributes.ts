import type { Shape } from './value.ts';

/** An op without attributes. */
export type None = Readonly<Record<string, never>>;

/** Height, then width: frequency, then time. */
export type Pair = readonly [number, number];

/**
 * Cross-correlation. y[n,o,i,j] = Σ_{c,a,b} x[n, c, i·s_h + a·d_h − p_h, j·s_w + b·d_w − p_w] ·
 * w[o,c,a,b], zeros outside x; with G groups, output channel o sees the C/G channels of its group.
 */
export interface ConvAttributes {
  readonly stride: Pair;
  /** Zeros on each side. */
  readonly padding: Pair;
  readonly dilation: Pair;
  readonly groups: number;
}

/** The adjoint of a convolution: what maps ∂L/∂y to ∂L/∂x of an x that was `size` high and wide. */
export interface ConvTransposeAttributes extends ConvAttributes {
  readonly size: Pair;
}

/** The product of dy and shifted copies of x that is ∂L/∂w of filters with a `kernel` of this size. */
export interface ConvFilterAttributes extends ConvAttributes {
  readonly kernel: Pair;
}

/** Windows that lie inside x; what is left over at the end is in none. */
export interface PoolAttributes {
  readonly kernel: Pair;
  readonly stride: Pair;
}

/** Reduction over `axes` (ascending, not negative). */
export interface ReduceAttributes {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/**
 * Every op, its attributes and its equation. x, a, b are inputs, y outputs. Two inputs of elementwise
 * ops broadcast as in numpy.
 */
export interface Attributes {
  /** −x */
  neg: None;
  /** eˣ */
  exp: None;
  /** ln x */
  log: None;
  /** √x */
  sqrt: None;
  /** 1 / x */
  reciprocal: None;
  /** max(x, 0) */
  relu: None;
  /** 1 / (1 + e⁻ˣ) */
  sigmoid: None;
  tanh: None;
  /** 2/√π ∫₀ˣ e^(−t²) dt */
  erf: None;
  /** 1 where x > 0, else 0 (and something between where 0 < x < 10⁻³⁸); no gradient. */
  positive: None;
  /** max(x, low) */
  clampMin: { readonly low: number };
  /** x to a constant power. */
  pow: { readonly exponent: number };
  /** x, and no gradient. */
  stopGradient: None;

  add: None;
  sub: None;
  mul: None;
  div: None;
  /** 1 where a = b, else 0; no gradient. */
  equal: None;
  /** 1 where a > b, else 0; no gradient. */
  greater: None;

  /** Σ over axes. */
  sum: ReduceAttributes;
  /** Arithmetic mean over axes. */
  mean: ReduceAttributes;
  /** Largest over axes; the gradient is shared evenly among equal ones. */
  max: ReduceAttributes;
  /** e^x / Σ e^x along an axis. */
  softmax: { readonly axis: number };
  /** x − ln Σ e^x along an axis. */
  logSoftmax: { readonly axis: number };

  /** y[… i, j] = Σ_k a[… i, k] · b[… k, j]; axes before the last two broadcast. */
  matmul: None;
  /** The product of two matrices, each transposed or not. */
  gemm: { readonly transposeA: boolean; readonly transposeB: boolean };

  /** Axis i of y is axis `perm[i]` of x. */
  transpose: { readonly perm: readonly number[] };
  /** The same numbers in the same order. */
  reshape: { readonly shape: Shape };
  /** Repeats axes of length 1 (and adds leading ones) until x has `shape`. */
  expand: { readonly shape: Shape };
  concat: { readonly axis: number };
  /** x[starts : ends : steps] per axis; a step of −1 walks down from the last element. */
  slice: {
    readonly axes: readonly number[];
    readonly starts: readonly number[];
    readonly ends: readonly number[];
    readonly steps: readonly number[];
  };
  /** Zeros before and after, per axis. */
  pad: { readonly before: readonly number[]; readonly after: readonly number[] };

  /** Inputs x [N, C, H, W] and w [O, C/G, kh, kw]. */
  conv: ConvAttributes;
  /** Inputs y [N, O, h, w] and w [O, C/G, kh, kw]; output [N, C, H, W]. */
  convTranspose: ConvTransposeAttributes;
  /**
   * Inputs x [N, C, H, W] and dy [N, O, h, w]; output [O, C/G, kh, kw]:
   * y[o,c,a,b] = Σ_{n,i,j} dy[n,o,i,j] · x[n, c, i·s_h + a·d_h − p_h, j·s_w + b·d_w − p_w].
   */
  convFilter: ConvFilterAttributes;

  /** Largest of every window. */
  maxPool: PoolAttributes;
  /**
   * Inputs x, its max-pool y and dy: what of dy flows back to each element of x. Equal maxima of a
   * window get even shares.
   */
  maxUnpool: PoolAttributes;
  /** Mean of every window. */
  avgPool: PoolAttributes;

  /** Inputs x [N, C, …], scale a [C], shift c [C]: a x + c, channel by channel. */
  affine: None;
  /** Inputs x and z [N, C, …], a, b and c [C]: a x + b z + c, channel by channel. */
  blend: None;
  /** Inputs x and z [N, C, …]; output [C]: Σ x z over all axes but that of channels. */
  channelDot: None;
  /**
   * Inputs x [N, C, …], scale γ [C], shift β [C]. y = γ (x − μ) / √(σ² + ε) + β with mean μ and
   * biased variance σ² of each channel over all other axes. Outputs y, μ [C], σ² [C]; μ and σ² carry
   * no gradient of their own.
   */
  batchNorm: { readonly epsilon: number };
}

export type OpName = keyof Attributes;
