/** How a parameter starts: uniform in [−bound, bound], or everywhere `value`. */
export type Init =
  | { readonly kind: 'uniform'; readonly bound: number }
  | { readonly kind: 'constant'; readonly value: number };

/** A tensor that training changes. */
export interface ParameterSpec {
  /** Place of the block, its part, and PyTorch's name of the tensor: `3.conv.weight`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly init: Init;
  /** Whether weight decay shrinks it: tensors of more than one axis. */
  readonly decay: boolean;
}

/** A running statistic: no gradient reaches it. */
export interface BufferSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initial: number;
}

/** How many numbers a parameter, or a list of them, holds. */
export function countNumbers(parameters: readonly ParameterSpec[]): number {
  return parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}
