import type { Attributes, OpName } from '../../../src/model/graph/attributes.ts';
import type { Graph } from '../../../src/model/graph/graph.ts';
import { sizeOf, stridesOf } from '../../../src/model/graph/shape.ts';
import type { Node, Shape, Value } from '../../../src/model/graph/value.ts';

/** A row-major tensor in double precision. */
export interface Tensor64 {
  readonly shape: Shape;
  readonly data: Float64Array;
}

type Evaluate<A> = (
  inputs: readonly Tensor64[],
  attributes: A,
  shape: Shape,
) => readonly Tensor64[];

/**
 * Runs a graph in float64, each op by its definition and without any trick: the oracle for
 * gradients (central differences of it) and for what an engine computes.
 */
export function interpret(
  graph: Graph,
  feeds: Readonly<Record<string, Tensor64>>,
  wanted: readonly Value[],
): readonly Tensor64[] {
  const known = new Map<number, Tensor64>();
  for (const [name, { id }] of graph.inputs) known.set(id, feeds[name]!);
  for (const { value, data } of graph.constants) {
    known.set(value.id, { shape: value.shape, data: Float64Array.from(data) });
  }
  const needed = new Set(wanted.map(({ id }) => id));
  for (const { inputs, outputs } of [...graph.nodes].reverse()) {
    if (outputs.some(({ id }) => needed.has(id))) for (const { id } of inputs) needed.add(id);
  }
  for (const node of graph.nodes) {
    if (!node.outputs.some(({ id }) => needed.has(id))) continue;
    const inputs = node.inputs.map(({ id }) => known.get(id)!);
    const outputs = definition(node.op)(inputs, node.attributes, node.outputs[0]!.shape);
    node.outputs.forEach(({ id }, i) => void known.set(id, outputs[i]!));
  }
  return wanted.map(({ id }) => known.get(id)!);
}

function definition(op: OpName): Evaluate<Node['attributes']> {
  return definitions[op] as Evaluate<Node['attributes']>;
}

/** Calls back with every index of `shape`, in row-major order. */
function each(shape: Shape, visit: (index: readonly number[], at: number) => void): void {
  const index = new Array<number>(shape.length).fill(0);
  const count = sizeOf(shape);
  for (let at = 0; at < count; at++) {
    visit(index, at);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
}

function fill(shape: Shape, value: (index: readonly number[], at: number) => number): Tensor64 {
  const data = new Float64Array(sizeOf(shape));
  each(shape, (index, at) => {
    data[at] = value(index, at);
  });
  return { shape, data };
}

/** Element at `index` of a tensor that is broadcast to the rank of `index`. */
function element({ shape, data }: Tensor64, index: readonly number[]): number {
  const strides = stridesOf(shape);
  const offset = index.length - shape.length;
  return data[strides.reduce((at, s, i) => at + (shape[i] === 1 ? 0 : s * index[i + offset]!), 0)]!;
}

const unary =
  <A>(f: (x: number, attributes: A) => number): Evaluate<A> =>
  ([x], attributes, shape) => [fill(shape, (_, at) => f(x!.data[at]!, attributes))];

const binary =
  (f: (a: number, b: number) => number): Evaluate<unknown> =>
  ([a, b], _, shape) => [fill(shape, (index) => f(element(a!, index), element(b!, index)))];

/** Groups the elements of x by what is left of their index and reduces each group. */
const reduction =
  (f: (values: readonly number[]) => number): Evaluate<Attributes['sum']> =>
  ([x], { axes }, shape) => {
    const groups = Array.from({ length: sizeOf(shape) }, (): number[] => []);
    const kept = x!.shape.map((size, i) => (axes.includes(i) ? 1 : size));
    const strides = stridesOf(kept);
    each(x!.shape, (index, at) => {
      const group = strides.reduce((sum, s, i) => sum + (axes.includes(i) ? 0 : s * index[i]!), 0);
      groups[group]!.push(x!.data[at]!);
    });
    return [{ shape, data: Float64Array.from(groups, f) }];
  };

const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function softmaxLog([x]: readonly Tensor64[], axis: number): Tensor64 {
  const all = { axes: [axis], keepDims: true };
  const shape = x!.shape.map((size, i) => (i === axis ? 1 : size));
  const logs = reduction(
    (v) => Math.max(...v) + Math.log(total(v.map((y) => Math.exp(y - Math.max(...v))))),
  );
  const [norm] = logs([x!], all, shape);
  return fill(x!.shape, (index, at) => x!.data[at]! - element(norm!, index));
}

/** 2/√π ∫₀ˣ e^(−t²) dt by Simpson's rule on 1000 intervals; beyond 6 it is ±1 to the last digit. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  const h = x / 1000;
  let sum = 1 + Math.exp(-x * x);
  for (let i = 1; i < 1000; i++) sum += (i % 2 === 0 ? 2 : 4) * Math.exp(-((i * h) ** 2));
  return ((2 / Math.sqrt(Math.PI)) * h * sum) / 3;
}

/** Visits every (output, input, filter) index triple of a convolution that lies inside x. */
function windows(
  y: Shape,
  x: Shape,
  w: Shape,
  { stride, padding, dilation, groups }: Attributes['conv'],
  visit: (at: { y: number; x: number; w: number }) => void,
): void {
  const [sy, sx, sw] = [stridesOf(y), stridesOf(x), stridesOf(w)];
  each(y, ([n, o, i, j], at) => {
    const group = Math.floor(o! / (w[0]! / groups));
    each(w.slice(1), ([c, a, b]) => {
      const row = i! * stride[0] + a! * dilation[0] - padding[0];
      const column = j! * stride[1] + b! * dilation[1] - padding[1];
      if (row < 0 || row >= x[2]! || column < 0 || column >= x[3]!) return;
      const channel = group * w[1]! + c!;
      visit({
        y: at,
        x: n! * sx[0]! + channel * sx[1]! + row * sx[2]! + column,
        w: o! * sw[0]! + c! * sw[1]! + a! * sw[2]! + b!,
      });
    });
  });
  if (sy.length !== 4) throw new Error(`not four axes: [${y}]`);
}

/** Flat indices into x of every window. */
function pools(
  shape: Shape,
  x: Shape,
  { kernel, stride }: Attributes['maxPool'],
): readonly (readonly number[])[] {
  const strides = stridesOf(x);
  const found: number[][] = [];
  each(shape, ([n, c, i, j]) => {
    const members: number[] = [];
    each(kernel, ([a, b]) => {
      const [row, column] = [i! * stride[0] + a!, j! * stride[1] + b!];
      members.push(n! * strides[0]! + c! * strides[1]! + row * strides[2]! + column);
    });
    found.push(members);
  });
  return found;
}

const definitions: { readonly [K in OpName]: Evaluate<Attributes[K]> } = {
  neg: unary((x) => -x),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  reciprocal: unary((x) => 1 / x),
  relu: unary((x) => Math.max(x, 0)),
  sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  tanh: unary(Math.tanh),
  erf: unary(erf),
  positive: unary((x) => Number(x > 0)),
  clampMin: unary((x, { low }) => Math.max(x, low)),
  pow: unary((x, { exponent }) => x ** exponent),
  stopGradient: unary((x) => x),
  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b) => a * b),
  div: binary((a, b) => a / b),
  equal: binary((a, b) => Number(a === b)),
  greater: binary((a, b) => Number(a > b)),
  sum: reduction(total),
  mean: reduction((values) => total(values) / values.length),
  max: reduction((values) => Math.max(...values)),
  softmax: (inputs, { axis }, shape) => {
    const logs = softmaxLog(inputs, axis);
    return [fill(shape, (_, at) => Math.exp(logs.data[at]!))];
  },
  logSoftmax: (inputs, { axis }) => [softmaxLog(inputs, axis)],
  matmul: ([a, b], _, shape) => [
    fill(shape, (index) => {
      const [i, j] = index.slice(-2);
      const batch = index.slice(0, -2);
      return total(
        Array.from({ length: a!.shape.at(-1)! }, (_, k) => {
          return element(a!, [...batch, i!, k]) * element(b!, [...batch, k, j!]);
        }),
      );
    }),
  ],
  gemm: ([a, b], { transposeA, transposeB }, shape) => [
    fill(shape, ([i, j]) =>
      total(
        Array.from({ length: a!.shape[transposeA ? 0 : 1]! }, (_, k) => {
          const x = element(a!, transposeA ? [k, i!] : [i!, k]);
          return x * element(b!, transposeB ? [j!, k] : [k, j!]);
        }),
      ),
    ),
  ],
  transpose: ([x], { perm }, shape) => [
    fill(shape, (index) =>
      element(
        x!,
        perm.map((_, axis) => index[perm.indexOf(axis)]!),
      ),
    ),
  ],
  reshape: ([x], _, shape) => [{ shape, data: x!.data }],
  expand: ([x], _, shape) => [fill(shape, (index) => element(x!, index))],
  concat: (inputs, { axis }, shape) => [
    fill(shape, (index) => {
      let at = index[axis]!;
      const part = inputs.find((input) => {
        if (at < input.shape[axis]!) return true;
        at -= input.shape[axis]!;
        return false;
      });
      return element(
        part!,
        index.map((i, k) => (k === axis ? at : i)),
      );
    }),
  ],
  slice: ([x], { axes, starts, steps }, shape) => [
    fill(shape, (index) =>
      element(
        x!,
        index.map((at, axis) => {
          const i = axes.indexOf(axis);
          return i < 0 ? at : starts[i]! + steps[i]! * at;
        }),
      ),
    ),
  ],
  pad: ([x], { before }, shape) => [
    fill(shape, (index) => {
      const inner = index.map((at, axis) => at - before[axis]!);
      return inner.every((at, axis) => at >= 0 && at < x!.shape[axis]!) ? element(x!, inner) : 0;
    }),
  ],
  conv: ([x, w], attributes, shape) => {
    const data = new Float64Array(sizeOf(shape));
    windows(shape, x!.shape, w!.shape, attributes, (at) => {
      data[at.y]! += x!.data[at.x]! * w!.data[at.w]!;
    });
    return [{ shape, data }];
  },
  convTranspose: ([y, w], attributes, shape) => {
    const data = new Float64Array(sizeOf(shape));
    windows(y!.shape, shape, w!.shape, attributes, (at) => {
      data[at.x]! += y!.data[at.y]! * w!.data[at.w]!;
    });
    return [{ shape, data }];
  },
  convFilter: ([x, dy], attributes, shape) => {
    const data = new Float64Array(sizeOf(shape));
    windows(dy!.shape, x!.shape, shape, attributes, (at) => {
      data[at.w]! += x!.data[at.x]! * dy!.data[at.y]!;
    });
    return [{ shape, data }];
  },
  maxPool: ([x], attributes, shape) => {
    const largest = pools(shape, x!.shape, attributes).map((members) =>
      Math.max(...members.map((at) => x!.data[at]!)),
    );
    return [{ shape, data: Float64Array.from(largest) }];
  },
  maxUnpool: ([x, y, dy], attributes, shape) => {
    const data = new Float64Array(sizeOf(shape));
    for (const [i, members] of pools(y!.shape, x!.shape, attributes).entries()) {
      const largest = members.filter((at) => x!.data[at] === y!.data[i]);
      for (const at of largest) data[at]! += dy!.data[i]! / largest.length;
    }
    return [{ shape, data }];
  },
  avgPool: ([x], attributes, shape) => {
    const taps = attributes.kernel[0] * attributes.kernel[1];
    const means = pools(shape, x!.shape, attributes).map(
      (members) => total(members.map((at) => x!.data[at]!)) / taps,
    );
    return [{ shape, data: Float64Array.from(means) }];
  },
  affine: ([x, scale, shift], _, shape) => [
    fill(shape, (index, at) => scale!.data[index[1]!]! * x!.data[at]! + shift!.data[index[1]!]!),
  ],
  blend: ([x, z, a, b, c], _, shape) => [
    fill(shape, (index, at) => {
      const channel = index[1]!;
      return (
        a!.data[channel]! * x!.data[at]! + b!.data[channel]! * z!.data[at]! + c!.data[channel]!
      );
    }),
  ],
  channelDot: ([x, z], _, shape) => {
    const data = new Float64Array(shape[0]!);
    each(x!.shape, (index, at) => {
      data[index[1]!]! += x!.data[at]! * z!.data[at]!;
    });
    return [{ shape, data }];
  },
  batchNorm: ([x, scale, shift], { epsilon }, shape) => {
    const across = { axes: [0, 2, 3], keepDims: false };
    const channels = scale!.shape;
    const [mean] = definitions.mean([x!], across, channels);
    const squares = fill(shape, (index, at) => (x!.data[at]! - mean!.data[index[1]!]!) ** 2);
    const [variance] = definitions.mean([squares], across, channels);
    const y = fill(shape, (index, at) => {
      const c = index[1]!;
      const d = x!.data[at]! - mean!.data[c]!;
      return (scale!.data[c]! * d) / Math.sqrt(variance!.data[c]! + epsilon) + shift!.data[c]!;
    });
    return [y, mean!, variance!];
  },
};
