/** The attribute types of ONNX that are used here. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly string: string };

export interface OnnxNodeOptions {
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  /** How many outputs to name; default 1. */
  readonly outputs?: number;
  /** Default: ONNX's own operators. */
  readonly domain?: string;
}

/** Receives the nodes of an ONNX graph; tensors are known by name. */
export interface OnnxWriter {
  /**
   * Channels per block of the runtime's blocked kernels (see `blocked.ts`); 0 where there are none,
   * or where the model is meant for other runtimes, too.
   */
  readonly block: number;
  /** Names of plain tensors and of the blocked ones they were made from. */
  readonly blocked: Map<string, string>;
  /** The outputs of a node, which is appended unless the same one is there already. */
  node(type: string, inputs: readonly string[], options?: OnnxNodeOptions): readonly string[];
  /** A constant vector of int64: shapes, axes and the like. */
  ints(values: readonly number[]): string;
  /** A constant vector of float32. */
  floats(values: readonly number[]): string;
  /** A constant scalar of float32. */
  float(value: number): string;
}
