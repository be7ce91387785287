import type { Attributes, OpName } from './attributes.ts';
import type { Graph } from './graph.ts';
import type { OnnxWriter } from './onnx-writer.ts';
import type { Shape, Value } from './value.ts';

/** One application of an op with attributes A, as the rules below see it. */
export interface Applied<A> {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: A;
}

/** One entry of the op table. */
export interface Op<A> {
  /** Shapes of the outputs. Throws on inputs that do not fit. */
  shapes(inputs: readonly Shape[], attributes: A): readonly Shape[];
  /**
   * ∂L/∂input as graph ops, given dy = ∂L/∂y of the first output: one function per input, called
   * only where that gradient is wanted. No functions: nothing flows back.
   */
  gradient(graph: Graph, applied: Applied<A>, dy: Value): readonly (() => Value)[];
  /** The op in ONNX (opset 18): from the names of the inputs to those of the outputs. */
  onnx(writer: OnnxWriter, inputs: readonly string[], applied: Applied<A>): readonly string[];
}

/** Some rows of the op table. */
export type Ops<K extends OpName> = { readonly [P in K]: Op<Attributes[P]> };

/** The gradient of what is constant almost everywhere. */
export const flat = (): readonly (() => Value)[] => [];
