import type { Layer } from './layer.ts';
import type { BufferSpec, ParameterSpec } from './parameter.ts';

export interface ModelInput {
  /** 1, or 3 with first and second differences. */
  readonly channels: number;
  readonly bands: number;
  /** Numbers per clip that join the pooled vector; 0 is none. */
  readonly side: number;
  readonly classes: number;
}

/** A line of the table of a model. */
export interface PlanRow {
  /** Place of the block: `3`, `5.2` inside of block 5, `5.1.2` in its first branch. */
  readonly place: string;
  /** In words: `conv 5 × 5, stride 2`. */
  readonly layer: string;
  /** Channels × bands × frames, channels × frames, or values. */
  readonly output: readonly number[];
  readonly parameters: number;
  readonly flops: number;
}

/** A model whose shapes have been checked. */
export interface ModelPlan {
  readonly input: ModelInput;
  /** In order; the joining of side inputs and the classifier are among them. */
  readonly layers: readonly Layer[];
  /** In the order in which they are initialised. */
  readonly parameters: readonly ParameterSpec[];
  readonly buffers: readonly BufferSpec[];
  /** Numbers that training changes. */
  readonly parameterCount: number;
  /** Frames of the shortest clip that leaves one frame to pool. */
  readonly minimumFrames: number;
  /**
   * Floating-point operations of one clip of `frames` frames, forward: two per multiply-add of
   * convolutions and fully connected layers, zeros at borders included; norms, activations and pools
   * are not counted. A training step costs about three times as much.
   */
  flops(frames: number): number;
  table(frames: number): readonly PlanRow[];
}
