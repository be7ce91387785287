import type { ParameterSpec } from './parameter.ts';
import type { Window } from './window.ts';

/** Frequency, then time. */
export type Pair = readonly [number, number];

/** Of one layer, over its own input: frequency, then time. */
export type Windows = readonly [Window, Window];

/**
 * What a layer reads or gives. `maps`: channels × bands × frames. `frames`: channels × frames, after
 * the frequency axis has ended. `vector`: one per clip, after the time axis has.
 */
export type Features =
  | {
      readonly kind: 'maps' | 'frames';
      readonly channels: number;
      /** 1 of `frames`. */
      readonly bands: number;
      /** How frames lie over those of the input. */
      readonly time: Window;
    }
  | { readonly kind: 'vector'; readonly channels: number };

interface Placed {
  /** Of the block it comes from: `3`, or `5.2` inside of block 5; `classifier` of the last one. */
  readonly place: string;
  readonly output: Features;
}

/**
 * y[n,o,f,t] = Σ x[n, c, f·s_f + i·d_f − p_f, t·s_t + j·d_t − p_t] · w[o,c,i,j] (+ b[o]) over
 * channels c of the output's group and taps i, j; zeros outside x (`torch.nn.Conv2d`).
 */
export interface ConvLayer extends Placed {
  readonly kind: 'conv';
  readonly role: 'conv' | 'depthwise' | 'pointwise';
  readonly weight: ParameterSpec;
  readonly bias?: ParameterSpec;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
  readonly groups: number;
  readonly windows: Windows;
}

/** γ (x − μ) / √(σ² + ε) + β; `over` says what μ and σ² are taken over. */
export interface NormLayer extends Placed {
  readonly kind: 'norm';
  readonly over: 'batch' | 'instance' | 'layer';
  readonly weight: ParameterSpec;
  readonly bias: ParameterSpec;
  /** Names of the running mean and variance of a batch norm. */
  readonly running?: { readonly mean: string; readonly variance: string };
}

export interface ActivationLayer extends Placed {
  readonly kind: 'activation';
  readonly of: 'relu' | 'gelu' | 'silu';
}

export interface PoolLayer extends Placed {
  readonly kind: 'pool';
  readonly of: 'max' | 'avg';
  readonly size: Pair;
  readonly stride: Pair;
  readonly windows: Windows;
}

export interface DropoutLayer extends Placed {
  readonly kind: 'dropout';
  readonly rate: number;
  /** Whole channels at a time. */
  readonly spatial: boolean;
}

/** s = σ(W₂ relu(W₁ m + b₁) + b₂) with m the mean of each channel; y = s x. */
export interface SqueezeExciteLayer extends Placed {
  readonly kind: 'squeeze_excite';
  readonly reduce: DenseWeights;
  readonly expand: DenseWeights;
}

export interface FrequencyLayer extends Placed {
  readonly kind: 'frequency';
  readonly by: 'flatten' | 'mean' | 'max';
}

export interface PoolTimeLayer extends Placed {
  readonly kind: 'pool_time';
  readonly by: 'mean' | 'statistics' | 'attention' | 'max';
  /** How the frames it pools lie over those of the input. */
  readonly time: Window;
  /** Of attention: the layer that sees a frame, and the vector that scores what it says. */
  readonly attention?: { readonly hidden: DenseWeights; readonly score: ParameterSpec };
}

/** Appends the side inputs of a clip to its vector. */
export interface SideLayer extends Placed {
  readonly kind: 'side';
  readonly size: number;
}

/** W x + b. */
export interface DenseLayer extends Placed {
  readonly kind: 'dense';
  readonly weights: DenseWeights;
}

export interface DenseWeights {
  /** [outputs, inputs] */
  readonly weight: ParameterSpec;
  readonly bias?: ParameterSpec;
}

/** body(x) + shortcut(x). */
export interface ResidualLayer extends Placed {
  readonly kind: 'residual';
  readonly body: readonly Layer[];
  /** Where shapes differ: a mean pool if the body's window is wider than 1, then a 1 × 1 convolution. */
  readonly shortcut: readonly Layer[];
}

/** The channels of all branches, in order. */
export interface ParallelLayer extends Placed {
  readonly kind: 'parallel';
  readonly branches: readonly (readonly Layer[])[];
}

export type Layer =
  | ConvLayer
  | NormLayer
  | ActivationLayer
  | PoolLayer
  | DropoutLayer
  | SqueezeExciteLayer
  | FrequencyLayer
  | PoolTimeLayer
  | SideLayer
  | DenseLayer
  | ResidualLayer
  | ParallelLayer;
