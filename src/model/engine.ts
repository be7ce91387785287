import type { Graph } from './graph/graph.ts';
import type { Value } from './graph/value.ts';

/** Where a graph is computed. What is no `cpu` rounds in ways of its own. */
export type Device = 'cpu' | 'webgpu' | 'cuda';

/** How an engine computes. */
export interface Runtime {
  readonly threads: number;
  /** `cpu` by default. */
  readonly device?: Device;
}

/** Named tensors of float32, row-major. */
export type Tensors = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>
>;

/** A trained tensor of a model. */
export interface ParameterShape {
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether weight decay applies: matrices and filters, not biases and norms. */
  readonly decay: boolean;
}

/** A tensor that training updates without a gradient, as the running statistics of a norm. */
export interface BufferShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Sizes of what a model is fed: x is batch × channels × bands × frames. */
export interface InputSizes {
  readonly channels: number;
  readonly bands: number;
  /** Numbers per clip that join the pooled vector; 0 for none. */
  readonly side: number;
  readonly classes: number;
}

/** What a model is built from, in either of its two uses. */
export interface BuildInputs {
  /** [N, channels, bands, frames]. */
  readonly x: Value;
  /** [N, frames]: 1 where a frame belongs to the clip, 0 where it pads; absent if none pads. */
  readonly mask?: Value;
  /** [N, side], if the model has a side input. */
  readonly side?: Value;
  parameter(name: string): Value;
  buffer(name: string): Value;
  /** Statistics of the batch instead of running ones, and dropout. */
  readonly training: boolean;
  /** Numbers uniform in [0, 1), fresh at every step: what dropout compares with its rate. */
  noise(shape: readonly number[]): Value;
}

/** A model as an engine sees it: named tensors, and a graph from inputs to logits. */
export interface TrainableModel {
  readonly input: InputSizes;
  readonly parameters: readonly ParameterShape[];
  readonly buffers: readonly BufferShape[];
  build(
    graph: Graph,
    inputs: BuildInputs,
  ): {
    /** [N, classes]. */
    readonly logits: Value;
    /** New values of buffers, by name; empty when predicting. */
    readonly bufferUpdates: ReadonlyMap<string, Value>;
  };
}

/** N examples, row-major. */
export interface Examples {
  /** N × channels × bands × frames. */
  readonly x: Float32Array;
  /** N × frames. */
  readonly mask: Float32Array;
  /** N × side; only for a model with a side input. */
  readonly side?: Float32Array;
}

export interface Batch extends Examples {
  /** N × classes: the probability of each class, one-hot or mixed; rows sum to 1. */
  readonly target: Float32Array;
  /** N: how much each example counts in the mean. */
  readonly weight: Float32Array;
}

/**
 * θ ← (1 − ηλ) θ on decayed tensors, then θ ← θ − η m̂ / (√v̂ + ε) with m ← β₁ m + (1 − β₁) g,
 * v ← β₂ v + (1 − β₂) g², m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ): torch.optim.AdamW.
 */
export interface AdamW {
  readonly kind: 'adamw';
  readonly betas: readonly [number, number];
  readonly epsilon: number;
}

/**
 * g ← g + λ θ on decayed tensors, m ← μ m + g, θ ← θ − η m; with Nesterov's momentum
 * θ ← θ − η (g + μ m): torch.optim.SGD.
 */
export interface Sgd {
  readonly kind: 'sgd';
  readonly momentum: number;
  readonly nesterov: boolean;
}

export interface TrainingOptions {
  readonly batchSize: number;
  /** Length of every example in frames. */
  readonly frames: number;
  readonly optimiser: AdamW | Sgd;
  /** λ ≥ 0. */
  readonly weightDecay: number;
  /** Gradients whose global L2 norm is larger are scaled down to it; null leaves them alone. */
  readonly gradientClip: number | null;
  /** s: targets become (1 − s) target + s / classes. */
  readonly labelSmoothing: number;
  /** γ: each class's share of the cross-entropy counts (1 − p)^γ; 0 is plain cross-entropy. */
  readonly focalGamma: number;
}

/** Everything that the next step depends on; a copy continues bit by bit where this one was. */
export interface State {
  readonly parameters: Tensors;
  readonly buffers: Tensors;
  /** m; 0 at first. */
  readonly firstMoment: Tensors;
  /** v of AdamW; 0 at first, and for SGD always. */
  readonly secondMoment: Tensors;
  /** Running averages of parameters and buffers, which are used for prediction. */
  readonly averageParameters: Tensors;
  readonly averageBuffers: Tensors;
  /** Steps done. */
  readonly step: number;
}

export interface StepOptions {
  /** η. */
  readonly learningRate: number;
  /**
   * a: after the step, average ← average + a (θ − average). 1 − d for an exponential average with
   * decay d; 1 / n at the nth model of a plain average and 0 between; 1 for no averaging.
   */
  readonly averageWeight: number;
  /** Seeds this step's dropout. */
  readonly dropoutSeed: number;
}

export interface StepResult {
  /** Σ wᵢ CE(targetᵢ, logitsᵢ) / Σ wᵢ before the step. NaN or infinite if training diverged. */
  readonly loss: number;
  /** L2 norm of the whole gradient before clipping. */
  readonly gradientNorm: number;
  /** N × classes. */
  readonly logits: Float32Array;
}

export interface TrainingSession {
  step(batch: Batch, options: StepOptions): Promise<StepResult>;
  /** A copy that later steps do not touch. */
  state(): State;
  close(): Promise<void>;
}

export interface Predictor {
  /** Posteriors, N × classes in row-major order, of examples of any length. */
  predict(
    examples: Examples,
    size: { readonly count: number; readonly frames: number },
  ): Promise<Float32Array>;
  close(): Promise<void>;
}
