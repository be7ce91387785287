import type { ConvAttributes, OpName, Pair } from '../../../src/model/graph/attributes.ts';
import type { Graph } from '../../../src/model/graph/graph.ts';
import type { Shape, Value } from '../../../src/model/graph/value.ts';

/** A small graph around one op (and what its gradient rule needs). */
export interface OpCase {
  readonly name: string;
  readonly op: OpName;
  readonly inputs: readonly Shape[];
  /** Inputs in (0.2, 2.2) instead of standard normal ones. */
  readonly positive?: true;
  build(g: Graph, values: readonly Value[]): Value;
}

const image: Shape = [2, 3, 6, 5];

function unary(op: 'neg' | 'exp' | 'relu' | 'sigmoid' | 'tanh' | 'erf' | 'positive'): OpCase {
  return { name: op, op, inputs: [[2, 3]], build: (g, [x]) => g[op](x!) };
}

function positive(op: 'log' | 'sqrt' | 'reciprocal'): OpCase {
  return { name: op, op, inputs: [[2, 3]], positive: true, build: (g, [x]) => g[op](x!) };
}

type Arithmetic = 'add' | 'sub' | 'mul' | 'div' | 'equal' | 'greater';

function broadcasting(op: Arithmetic): readonly OpCase[] {
  const pairs: readonly (readonly [Shape, Shape])[] = [
    [
      [2, 3],
      [2, 3],
    ],
    [[2, 3], [3]],
    [
      [2, 1],
      [4, 1, 3],
    ],
    [[], [2, 2]],
  ];
  return pairs.map(([a, b]) => ({
    name: `${op} [${a}] [${b}]`,
    op,
    inputs: [a, b],
    positive: true,
    build: (g, [x, y]) => g[op](x!, y!),
  }));
}

function reductions(op: 'sum' | 'mean' | 'max'): readonly OpCase[] {
  return [
    { name: `${op} of all`, op, inputs: [[2, 3]], build: (g, [x]) => g[op](x!) },
    { name: `${op} over 0, 2`, op, inputs: [image], build: (g, [x]) => g[op](x!, [0, 2]) },
    { name: `${op} kept`, op, inputs: [image], build: (g, [x]) => g[op](x!, [-1, 1], true) },
  ];
}

function conv(
  name: string,
  x: Shape,
  w: Shape,
  options: Partial<ConvAttributes>,
): readonly OpCase[] {
  const full = { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 } as const;
  const attributes: ConvAttributes = { ...full, ...options };
  const kernel = [w[2]!, w[3]!] as const;
  return [
    {
      name: `convFilter, ${name}`,
      op: 'convFilter',
      inputs: [x, outputOf(x, w, attributes)],
      build: (g, [a, b]) => g.convFilter(a!, b!, { ...attributes, kernel }),
    },
    {
      name: `conv, ${name}`,
      op: 'conv',
      inputs: [x, w],
      build: (g, [a, b]) => g.conv(a!, b!, options),
    },
    {
      name: `convTranspose, ${name}`,
      op: 'convTranspose',
      inputs: [outputOf(x, w, attributes), w],
      build: (g, [a, b]) => g.convTranspose(a!, b!, { ...attributes, size: [x[2]!, x[3]!] }),
    },
  ];
}

function pool(name: string, x: Shape, kernel: Pair, stride: Pair = kernel): readonly OpCase[] {
  return (['maxPool', 'avgPool'] as const).map((op) => ({
    name: `${op} ${name}`,
    op,
    inputs: [x],
    build: (g, [value]) => g[op](value!, { kernel, stride }),
  }));
}

function outputOf(x: Shape, w: Shape, { stride, padding, dilation }: ConvAttributes): Shape {
  const windows = [0, 1].map((i) => {
    const room = x[i + 2]! + 2 * padding[i]! - dilation[i]! * (w[i + 2]! - 1) - 1;
    return Math.floor(room / stride[i]!) + 1;
  });
  return [x[0]!, w[0]!, ...windows];
}

function along(op: 'softmax' | 'logSoftmax'): readonly OpCase[] {
  return [0, -1].map((axis) => ({
    name: `${op} along ${axis}`,
    op,
    inputs: [[3, 4]],
    build: (g, [x]) => g[op](x!, axis),
  }));
}

const flags = [false, true];

/** What comes behind a convolution, whose output is blocked. */
function afterConv(
  name: string,
  plane: readonly [number, number],
  build: (g: Graph, y: Value, x: Value) => Value,
): readonly OpCase[] {
  return [
    {
      name: `after a convolution: ${name}`,
      op: 'conv',
      inputs: [
        [2, 16, ...plane],
        [16, 16, 1, 1],
      ],
      build: (g, [x, w]) => build(g, g.conv(x!, w!), x!),
    },
  ];
}

function ramp(g: Graph, shape: Shape): Value {
  const length = shape.reduce((a, b) => a * b, 1);
  return g.constant(
    Array.from({ length }, (_, i) => 0.5 + (i % 7) / 4),
    shape,
  );
}

/** Sizes that blocked kernels take, for blocks of 16 channels and less. */
export const blockedCases: readonly OpCase[] = [
  ...conv('1 → 16 channels, 5 × 5, stride 2', [2, 1, 9, 8], [16, 1, 5, 5], {
    ...{ padding: [2, 2], stride: [2, 2] },
  }),
  ...conv('16 → 32 channels', [2, 16, 5, 6], [32, 16, 3, 3], { padding: [1, 1] }),
  ...conv('dilated', [1, 32, 7, 6], [16, 32, 3, 2], { padding: [2, 0], dilation: [2, 1] }),
  ...conv('stride 3 × 2, rest', [3, 16, 9, 8], [16, 16, 2, 2], { stride: [3, 2] }),
  ...conv('1 × 1', [2, 32, 3, 4], [48, 32, 1, 1], {}),
  ...afterConv('max pool', [4, 6], (g, y) => g.maxPool(y, { kernel: [2, 2] })),
  ...afterConv('max pool with a rest', [5, 7], (g, y) => g.maxPool(y, { kernel: [2, 2] })),
  ...afterConv('mean pool', [4, 6], (g, y) => g.avgPool(y, { kernel: [2, 2] })),
  ...afterConv('ReLU', [3, 4], (g, y) => g.relu(y)),
  ...afterConv('GELU', [3, 4], (g, y) => g.gelu(y)),
  ...afterConv('sum of itself and x', [3, 4], (g, y, x) => g.add(g.mul(y, y), x)),
  ...afterConv('a number per frame', [3, 4], (g, y) => g.mul(y, ramp(g, [2, 1, 1, 4]))),
  ...afterConv('a number per point', [3, 4], (g, y) => g.sub(ramp(g, [2, 1, 3, 4]), y)),
  ...afterConv('a number per band', [3, 4], (g, y) => g.mul(y, ramp(g, [1, 1, 3, 1]))),
  ...afterConv('a number per channel', [3, 4], (g, y) => g.mul(y, ramp(g, [16, 1, 1]))),
  ...afterConv('sums per channel', [3, 4], (g, y) => g.sum(y, [0, 2, 3])),
  ...afterConv('sums per frame', [3, 4], (g, y) => g.sum(y, [1, 2])),
  ...afterConv('affine', [3, 4], (g, y) => g.affine(y, ramp(g, [16]), ramp(g, [16]))),
  ...afterConv('blend with x', [3, 4], (g, y, x) => {
    return g.blend(x, y, ramp(g, [16]), g.mul(ramp(g, [16]), -2), ramp(g, [16]));
  }),
  ...afterConv('dot with x', [3, 4], (g, y, x) => g.channelDot(x, y)),
  ...afterConv('batch norm', [3, 4], (g, y) => {
    return g.relu(g.batchNorm(y, ramp(g, [16]), ramp(g, [16]), 1e-3).output);
  }),
];

export const opCases: readonly OpCase[] = [
  ...(['neg', 'exp', 'relu', 'sigmoid', 'tanh', 'erf', 'positive'] as const).map(unary),
  ...(['log', 'sqrt', 'reciprocal'] as const).map(positive),
  { name: 'gelu', op: 'erf', inputs: [[2, 3]], build: (g, [x]) => g.gelu(x!) },
  { name: 'silu', op: 'sigmoid', inputs: [[2, 3]], build: (g, [x]) => g.silu(x!) },
  { name: 'clampMin', op: 'clampMin', inputs: [[2, 9]], build: (g, [x]) => g.clampMin(x!, 0.1) },
  {
    ...{ name: 'pow', op: 'pow', inputs: [[2, 3]], positive: true },
    build: (g, [x]) => g.pow(x!, 2.5),
  },
  ...(['add', 'sub', 'mul', 'div', 'equal', 'greater'] as const).flatMap(broadcasting),
  ...(['sum', 'mean', 'max'] as const).flatMap(reductions),
  ...(['softmax', 'logSoftmax'] as const).flatMap(along),
  {
    name: 'matmul',
    op: 'matmul',
    inputs: [
      [2, 3],
      [3, 4],
    ],
    build: (g, [a, b]) => g.matmul(a!, b!),
  },
  {
    ...{
      name: 'matmul of batches',
      op: 'matmul',
      inputs: [
        [2, 1, 2, 3],
        [4, 3, 2],
      ],
    },
    build: (g, [a, b]) => g.matmul(a!, b!),
  },
  ...flags.flatMap((transposeA) =>
    flags.map(
      (transposeB): OpCase => ({
        name: `gemm ${transposeA ? 'aᵀ' : 'a'} ${transposeB ? 'bᵀ' : 'b'}`,
        op: 'gemm',
        inputs: [transposeA ? [3, 2] : [2, 3], transposeB ? [4, 3] : [3, 4]],
        build: (g, [a, b]) => g.gemm(a!, b!, { transposeA, transposeB }),
      }),
    ),
  ),
  {
    ...{ name: 'transpose', op: 'transpose', inputs: [image] },
    build: (g, [x]) => g.transpose(x!, [1, 3, 0, 2]),
  },
  {
    ...{ name: 'reshape', op: 'reshape', inputs: [image] },
    build: (g, [x]) => g.reshape(x!, [5, -1, 4]),
  },
  {
    ...{ name: 'expand', op: 'expand', inputs: [[3, 1]] },
    build: (g, [x]) => g.expand(x!, [2, 3, 4]),
  },
  {
    ...{
      name: 'concat',
      op: 'concat',
      inputs: [
        [2, 3],
        [2, 1],
        [2, 2],
      ],
    },
    build: (g, values) => g.concat(values, 1),
  },
  {
    ...{ name: 'slice', op: 'slice', inputs: [image] },
    build: (g, [x]) => g.slice(x!, [1, -4], [6, 5], [2, 3], [2, 3]),
  },
  {
    ...{ name: 'slice, reversed', op: 'slice', inputs: [image] },
    build: (g, [x]) => g.reverse(x!, [1, 3]),
  },
  {
    ...{ name: 'spread', op: 'pad', inputs: [[2, 3]] },
    build: (g, [x]) => g.spread(x!, [1, 3]),
  },
  {
    ...{ name: 'pad', op: 'pad', inputs: [[2, 3]] },
    build: (g, [x]) => g.pad(x!, [1, 0], [0, 2]),
  },
  ...conv('3 × 3, same', image, [4, 3, 3, 3], { padding: [1, 1] }),
  ...conv('5 × 3, stride 2 × 1', [2, 1, 9, 6], [2, 1, 5, 3], { stride: [2, 1], padding: [2, 1] }),
  ...conv('stride 3, rest', [1, 2, 9, 8], [3, 2, 2, 2], { stride: [3, 3] }),
  ...conv('dilation 2 × 1', image, [2, 3, 3, 2], { dilation: [2, 1], padding: [2, 0] }),
  ...conv('1 × 1', image, [4, 3, 1, 1], {}),
  ...conv('two groups', [2, 4, 5, 4], [6, 2, 3, 3], { groups: 2, padding: [1, 1] }),
  ...conv('depthwise', [2, 3, 5, 6], [3, 1, 3, 3], { groups: 3, padding: [1, 1] }),
  ...conv('depthwise, stride 2', [2, 3, 5, 6], [6, 1, 3, 3], {
    ...{ groups: 3, padding: [1, 1], stride: [2, 2] },
  }),
  ...conv('padding beyond the filter', [1, 2, 4, 3], [2, 2, 2, 2], { padding: [2, 2] }),
  ...pool('2 × 2, rest', image, [2, 2]),
  ...pool('1 × 5', image, [1, 5]),
  ...pool('3 × 2, stride 2 × 1', image, [3, 2], [2, 1]),
  ...pool('2 × 1, stride 4 × 2', image, [2, 1], [4, 2]),
  {
    ...{ name: 'affine', op: 'affine', inputs: [image, [3], [3]] },
    build: (g, [x, scale, shift]) => g.affine(x!, scale!, shift!),
  },
  {
    ...{ name: 'affine of rows', op: 'affine', inputs: [[4, 3], [3], [3]] },
    build: (g, [x, scale, shift]) => g.affine(x!, scale!, shift!),
  },
  {
    ...{ name: 'blend', op: 'blend', inputs: [image, image, [3], [3], [3]] },
    build: (g, [x, z, a, b, c]) => g.blend(x!, z!, a!, b!, c!),
  },
  {
    ...{ name: 'channelDot', op: 'channelDot', inputs: [image, image] },
    build: (g, [x, z]) => g.channelDot(x!, z!),
  },
  {
    ...{ name: 'batchNorm', op: 'batchNorm', inputs: [image, [3], [3]] },
    build: (g, [x, scale, shift]) => g.batchNorm(x!, scale!, shift!, 1e-3).output,
  },
];
