import type {
  Attributes,
  ConvAttributes,
  ConvFilterAttributes,
  ConvTransposeAttributes,
  OpName,
  Pair,
} from './attributes.ts';
import { ops } from './ops.ts';
import { broadcast, normaliseAxes, normaliseAxis, sameShape, sizeOf } from './shape.ts';
import type { Node, Operand, Shape, Value } from './value.ts';

interface Constant {
  readonly value: Value;
  readonly data: Float32Array;
}

interface PoolOptions {
  readonly kernel: Pair;
  /** Default: the kernel, so windows do not overlap. */
  readonly stride?: Pair;
}

type ConvOptions = Partial<ConvAttributes>;

/**
 * A computation under construction: nodes in order of use, every shape known. The same op on the
 * same inputs with the same attributes is one node, however often it is asked for, so gradient
 * rules may name what they need without sharing it by hand.
 *
 * Methods throw on shapes that do not fit: what users write is checked before it becomes a graph.
 */
export class Graph {
  readonly nodes: Node[] = [];
  readonly inputs = new Map<string, Value>();
  readonly outputs = new Map<string, Value>();
  readonly constants: Constant[] = [];
  #count = 0;
  readonly #known = new Map<string, readonly Value[]>();
  readonly #stretched = new Map<number, Value>();

  /** What is fed at every run, under a name of its own. */
  input(name: string, shape: Shape): Value {
    if (this.inputs.has(name)) throw new Error(`two inputs named ${name}`);
    const value = this.#value(shape);
    this.inputs.set(name, value);
    return value;
  }

  /** What a run returns under `name`. */
  output(name: string, value: Value): void {
    if (this.outputs.has(name)) throw new Error(`two outputs named ${name}`);
    this.outputs.set(name, value);
  }

  /** Numbers that are part of the graph, row-major. */
  constant(data: readonly number[] | Float32Array, shape: Shape): Value {
    if (data.length !== sizeOf(shape)) throw new Error(`${data.length} numbers for [${shape}]`);
    const numbers = new Float32Array(data);
    // Large constants are weights: one name each, not worth comparing.
    if (numbers.length > 64) return this.#constant(numbers, shape);
    return this.#once(`constant [${shape}] ${numbers.join()}`, () => [
      this.#constant(numbers, shape),
    ])[0]!;
  }

  scalar(value: number): Value {
    return this.constant([value], []);
  }

  /** All outputs of one op. Axes must be normalised; the methods below do that. */
  apply<K extends OpName>(
    op: K,
    inputs: readonly Value[],
    attributes: Attributes[K],
  ): readonly Value[] {
    const key = `${op} ${inputs.map(({ id }) => id)} ${JSON.stringify(attributes)}`;
    return this.#once(key, () => {
      const shapes = ops[op].shapes(
        inputs.map(({ shape }) => shape),
        attributes,
      );
      const outputs = shapes.map((shape) => this.#value(shape));
      this.nodes.push({ op, inputs, outputs, attributes } as Node);
      return outputs;
    });
  }

  neg(x: Value): Value {
    return this.#one('neg', [x], {});
  }
  exp(x: Value): Value {
    return this.#one('exp', [x], {});
  }
  log(x: Value): Value {
    return this.#one('log', [x], {});
  }
  sqrt(x: Value): Value {
    return this.#one('sqrt', [x], {});
  }
  reciprocal(x: Value): Value {
    return this.#one('reciprocal', [x], {});
  }
  relu(x: Value): Value {
    return this.#one('relu', [x], {});
  }
  sigmoid(x: Value): Value {
    return this.#one('sigmoid', [x], {});
  }
  tanh(x: Value): Value {
    return this.#one('tanh', [x], {});
  }
  erf(x: Value): Value {
    return this.#one('erf', [x], {});
  }
  positive(x: Value): Value {
    return this.#one('positive', [x], {});
  }
  square(x: Value): Value {
    return this.mul(x, x);
  }
  /** x σ(x) (Swish). */
  silu(x: Value): Value {
    return this.mul(x, this.sigmoid(x));
  }
  /** x Φ(x) = x (1 + erf(x / √2)) / 2. */
  gelu(x: Value): Value {
    return this.mul(this.mul(x, 0.5), this.add(this.erf(this.mul(x, Math.SQRT1_2)), 1));
  }
  clampMin(x: Value, low: number): Value {
    return this.#one('clampMin', [x], { low });
  }
  pow(x: Value, exponent: number): Value {
    return this.#one('pow', [x], { exponent });
  }
  stopGradient(x: Value): Value {
    return this.#one('stopGradient', [x], {});
  }

  add(a: Operand, b: Operand): Value {
    return this.#binary('add', a, b);
  }
  sub(a: Operand, b: Operand): Value {
    return this.#binary('sub', a, b);
  }
  mul(a: Operand, b: Operand): Value {
    return this.#binary('mul', a, b);
  }
  div(a: Operand, b: Operand): Value {
    return this.#binary('div', a, b);
  }
  equal(a: Operand, b: Operand): Value {
    return this.#binary('equal', a, b);
  }
  greater(a: Operand, b: Operand): Value {
    return this.#binary('greater', a, b);
  }

  sum(x: Value, axes?: readonly number[], keepDims = false): Value {
    return this.#reduce('sum', x, axes, keepDims);
  }
  mean(x: Value, axes?: readonly number[], keepDims = false): Value {
    return this.#reduce('mean', x, axes, keepDims);
  }
  max(x: Value, axes?: readonly number[], keepDims = false): Value {
    return this.#reduce('max', x, axes, keepDims);
  }
  softmax(x: Value, axis: number): Value {
    return this.#one('softmax', [x], { axis: normaliseAxis(axis, x.shape.length) });
  }
  logSoftmax(x: Value, axis: number): Value {
    return this.#one('logSoftmax', [x], { axis: normaliseAxis(axis, x.shape.length) });
  }

  matmul(a: Value, b: Value): Value {
    return this.#one('matmul', [a, b], {});
  }
  gemm(a: Value, b: Value, options: Partial<Attributes['gemm']> = {}): Value {
    return this.#one('gemm', [a, b], { transposeA: false, transposeB: false, ...options });
  }

  transpose(x: Value, perm: readonly number[]): Value {
    return perm.every((axis, i) => axis === i) ? x : this.#one('transpose', [x], { perm });
  }
  /** One size may be −1: whatever is left. */
  reshape(x: Value, shape: Shape): Value {
    const known = shape.reduce((product, size) => (size === -1 ? product : product * size), 1);
    const full = shape.map((size) => (size === -1 ? sizeOf(x.shape) / known : size));
    return sameShape(full, x.shape) ? x : this.#one('reshape', [x], { shape: full });
  }
  expand(x: Value, shape: Shape): Value {
    if (sameShape(shape, x.shape)) return x;
    const wide = this.#one('expand', [x], { shape });
    this.#stretched.set(wide.id, x);
    return wide;
  }
  concat(values: readonly Value[], axis: number): Value {
    const at = normaliseAxis(axis, values[0]!.shape.length);
    return values.length === 1 ? values[0]! : this.#one('concat', values, { axis: at });
  }
  /** Python's `x[start:end:step]` on `axes` (default: the leading ones); ends are clipped. */
  slice(
    x: Value,
    starts: readonly number[],
    ends: readonly number[],
    axes: readonly number[] = starts.map((_, i) => i),
    steps: readonly number[] = starts.map(() => 1),
  ): Value {
    const at = axes.map((axis) => normaliseAxis(axis, x.shape.length));
    const clip = (index: number, size: number): number =>
      Math.min(Math.max(index < 0 ? index + size : index, 0), size);
    return this.#one('slice', [x], {
      axes: at,
      starts: starts.map((start, i) => clip(start, x.shape[at[i]!]!)),
      ends: ends.map((end, i) => clip(end, x.shape[at[i]!]!)),
      steps,
    });
  }
  /** `x[::-1]` on `axes`. */
  reverse(x: Value, axes: readonly number[]): Value {
    const long = normaliseAxes(axes, x.shape.length).filter((axis) => x.shape[axis]! > 1);
    if (long.length === 0) return x;
    return this.#one('slice', [x], {
      axes: long,
      starts: long.map((axis) => x.shape[axis]! - 1),
      ends: long.map(() => -1),
      steps: long.map(() => -1),
    });
  }
  /** steps[i] − 1 zeros between neighbours on axis i. */
  spread(x: Value, steps: readonly number[]): Value {
    return steps.reduce((value, step, axis) => {
      if (step === 1 || value.shape[axis] === 1) return value;
      const [head, size, tail] = [
        value.shape.slice(0, axis),
        value.shape[axis]!,
        value.shape.slice(axis + 1),
      ];
      const cells = this.reshape(value, [...head, size, 1, ...tail]);
      const none = cells.shape.map(() => 0);
      const padded = this.pad(
        cells,
        none,
        none.map((_, i) => (i === axis + 1 ? step - 1 : 0)),
      );
      const long = this.reshape(padded, [...head, size * step, ...tail]);
      return this.slice(long, [0], [(size - 1) * step + 1], [axis]);
    }, x);
  }
  /** Zeros before and after, per axis. */
  pad(x: Value, before: readonly number[], after: readonly number[]): Value {
    if ([...before, ...after].every((count) => count === 0)) return x;
    return this.#one('pad', [x], { before, after });
  }

  /** x [N, C, H, W], w [O, C/G, kh, kw]; no bias. Default: stride 1, no padding, one group. */
  conv(x: Value, w: Value, options: ConvOptions = {}): Value {
    const { stride = [1, 1], padding = [0, 0], dilation = [1, 1], groups = 1 } = options;
    return this.#one('conv', [x, w], { stride, padding, dilation, groups });
  }
  /** The adjoint of `conv` in x. */
  convTranspose(y: Value, w: Value, attributes: ConvTransposeAttributes): Value {
    return this.#one('convTranspose', [y, w], attributes);
  }
  /** The adjoint of `conv` in w. */
  convFilter(x: Value, dy: Value, attributes: ConvFilterAttributes): Value {
    return this.#one('convFilter', [x, dy], attributes);
  }
  maxPool(x: Value, { kernel, stride = kernel }: PoolOptions): Value {
    return this.#one('maxPool', [x], { kernel, stride });
  }
  avgPool(x: Value, { kernel, stride = kernel }: PoolOptions): Value {
    return this.#one('avgPool', [x], { kernel, stride });
  }
  /** a x + c with a and c per channel (axis 1). */
  affine(x: Value, a: Value, c: Value): Value {
    return this.#one('affine', [x, a, c], {});
  }
  /** a x + b z + c with a, b and c per channel. */
  blend(x: Value, z: Value, a: Value, b: Value, c: Value): Value {
    return this.#one('blend', [x, z, a, b, c], {});
  }
  /** Σ x z per channel. */
  channelDot(x: Value, z: Value): Value {
    return this.#one('channelDot', [x, z], {});
  }
  /** Normalises by statistics of the batch, which it returns too: mean and biased variance [C]. */
  batchNorm(
    x: Value,
    scale: Value,
    shift: Value,
    epsilon: number,
  ): { readonly output: Value; readonly mean: Value; readonly variance: Value } {
    const [output, mean, variance] = this.apply('batchNorm', [x, scale, shift], { epsilon });
    return { output: output!, mean: mean!, variance: variance! };
  }

  #one<K extends OpName>(op: K, inputs: readonly Value[], attributes: Attributes[K]): Value {
    return this.apply(op, inputs, attributes)[0]!;
  }

  #binary(op: 'add' | 'sub' | 'mul' | 'div' | 'equal' | 'greater', a: Operand, b: Operand): Value {
    const value = (operand: Operand): Value =>
      typeof operand === 'number' ? this.scalar(operand) : operand;
    const x = this.#unstretched(value(a), value(b));
    const y = this.#unstretched(value(b), x);
    return this.#one(op, [x, y], {});
  }

  /** What x was expanded from, if `other` stretches it as far: arithmetic needs no copy for that. */
  #unstretched(x: Value, other: Value): Value {
    const source = this.#stretched.get(x.id);
    if (!source) return x;
    const shape = broadcast(x.shape, other.shape);
    return sameShape(broadcast(source.shape, other.shape), shape) ? source : x;
  }

  #reduce(
    op: 'sum' | 'mean' | 'max',
    x: Value,
    axes: readonly number[] = x.shape.map((_, i) => i),
    keepDims: boolean,
  ): Value {
    // Without axes there is nothing to do; to ONNX no axes are all axes.
    if (axes.length === 0) return x;
    return this.#one(op, [x], { axes: normaliseAxes(axes, x.shape.length), keepDims });
  }

  #value(shape: Shape): Value {
    if (shape.some((size) => !Number.isInteger(size) || size < 1)) {
      throw new Error(`[${shape}] is no shape`);
    }
    return { id: this.#count++, shape };
  }

  #constant(data: Float32Array, shape: Shape): Value {
    const value = this.#value(shape);
    this.constants.push({ value, data });
    return value;
  }

  #once(key: string, make: () => readonly Value[]): readonly Value[] {
    const known = this.#known.get(key);
    if (known) return known;
    const made = make();
    this.#known.set(key, made);
    return made;
  }
}
