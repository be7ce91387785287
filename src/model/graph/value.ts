import type { Attributes, OpName } from './attributes.ts';

/** Sizes per axis; `[]` is a scalar. Known for every value: a graph is built per batch and length. */
export type Shape = readonly number[];

/** A tensor of float32 that a graph will compute. */
export interface Value {
  /** Unique in its graph; a node's inputs have smaller ids than its outputs. */
  readonly id: number;
  readonly shape: Shape;
}

/** Arithmetic takes plain numbers for scalar constants. */
export type Operand = Value | number;

/** One application of an op. */
export interface Node<K extends OpName = OpName> {
  readonly op: K;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes[K];
}
