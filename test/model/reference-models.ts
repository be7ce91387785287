import type { BuildInputs, State, Tensors, TrainableModel } from '../../src/model/engine.ts';
import type { Graph } from '../../src/model/graph/graph.ts';
import { sizeOf } from '../../src/model/graph/shape.ts';
import type { Value } from '../../src/model/graph/value.ts';
import { createRandom } from '../../src/util/random.ts';

interface Layer {
  readonly channels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly pool: number;
  /** Pool before the norm instead of after it. */
  readonly early: boolean;
}

interface Design {
  readonly layers: readonly Layer[];
  readonly epsilon: number;
  readonly momentum: number;
  /** From [N, C, bands, frames] to [N, width(C, bands)]. */
  readonly head: 'mean' | 'statistics';
}

const conv = (
  channels: number,
  kernel: number,
  stride: number,
  pool: number,
  early = false,
): Layer => ({ channels, kernel, stride, pool, early });

/** Four 3 × 3 convolutions with batch norm, ReLU, three pools of 2; global mean; dropout 0.3. */
export const referenceCnn = (bands: number, classes: number): TrainableModel =>
  cnn(bands, classes, {
    layers: [conv(16, 3, 1, 2), conv(32, 3, 1, 2), conv(64, 3, 1, 2), conv(128, 3, 1, 1)],
    ...{ epsilon: 1e-3, momentum: 0.01, head: 'mean' },
  });

/** The default architecture: 86,837 parameters with 64 bands and 5 classes. */
export const cnn4 = (bands: number, classes: number): TrainableModel =>
  cnn(bands, classes, {
    layers: [
      conv(16, 5, 2, 1),
      conv(32, 3, 1, 2, true),
      conv(64, 3, 1, 2, true),
      conv(96, 3, 1, 1),
    ],
    ...{ epsilon: 1e-5, momentum: 0.1, head: 'statistics' },
  });

function cnn(bands: number, classes: number, design: Design): TrainableModel {
  const shrink = design.layers.reduce((all, { stride, pool }) => all * stride * pool, 1);
  const last = design.layers.at(-1)!.channels;
  const width = design.head === 'mean' ? last : 2 * last * Math.floor(bands / shrink);
  const filters = design.layers.map(({ channels, kernel }, i) => ({
    name: `conv${i}.weight`,
    shape: [channels, design.layers[i - 1]?.channels ?? 1, kernel, kernel],
    decay: true,
  }));
  const perChannel = (kind: string) =>
    design.layers.map(({ channels }, i) => ({ name: `norm${i}.${kind}`, shape: [channels] }));
  return {
    input: { channels: 1, bands, side: 0, classes },
    parameters: [
      ...filters,
      ...[...perChannel('weight'), ...perChannel('bias')].map((one) => ({ ...one, decay: false })),
      { name: 'dense.weight', shape: [classes, width], decay: true },
      { name: 'dense.bias', shape: [classes], decay: false },
    ],
    buffers: [...perChannel('mean'), ...perChannel('variance')],
    build: (g, inputs) => build(g, inputs, design),
  };
}

function build(g: Graph, { x, parameter, buffer, training, noise }: BuildInputs, design: Design) {
  const bufferUpdates = new Map<string, Value>();
  let y = x;
  for (const [i, { kernel, stride, pool, early }] of design.layers.entries()) {
    const half = Math.floor(kernel / 2);
    y = g.conv(y, parameter(`conv${i}.weight`), {
      ...{ stride: [stride, stride], padding: [half, half] },
    });
    const pooled = (value: Value): Value =>
      pool > 1 ? g.maxPool(value, { kernel: [pool, pool] }) : value;
    if (early) y = pooled(y);
    const names = [`norm${i}.mean`, `norm${i}.variance`] as const;
    const [scale, shift] = [parameter(`norm${i}.weight`), parameter(`norm${i}.bias`)];
    if (training) {
      const { output, mean, variance } = g.batchNorm(y, scale, shift, design.epsilon);
      const pixels = sizeOf(y.shape) / scale.shape[0]!;
      const values = [mean, g.mul(variance, pixels / (pixels - 1))];
      for (const [k, name] of names.entries()) {
        const old = g.mul(buffer(name), 1 - design.momentum);
        bufferUpdates.set(name, g.add(old, g.mul(values[k]!, design.momentum)));
      }
      y = output;
    } else {
      const r = g.reciprocal(g.sqrt(g.add(buffer(names[1]), design.epsilon)));
      const a = g.mul(scale, r);
      y = g.affine(y, a, g.sub(shift, g.mul(buffer(names[0]), a)));
    }
    // A maximum and a ReLU commute, and the smaller tensor is the cheaper one to clip.
    y = g.relu(early ? y : pooled(y));
  }
  const features = design.head === 'mean' ? g.mean(y, [2, 3]) : statistics(g, y);
  const kept = (): Value => g.mul(g.greater(noise(features.shape), 0.3), 1 / 0.7);
  const dropped = training ? g.mul(features, kept()) : features;
  const logits = g.add(
    g.gemm(dropped, parameter('dense.weight'), { transposeB: true }),
    parameter('dense.bias'),
  );
  return { logits, bufferUpdates };
}

/** Mean and standard deviation over frames of every channel and band. */
function statistics(g: Graph, y: Value): Value {
  const [n, channels, bands, frames] = y.shape as [number, number, number, number];
  const flat = g.reshape(y, [n, channels * bands, frames]);
  const mean = g.mean(flat, [2], true);
  const variance = g.mean(g.square(g.sub(flat, mean)), [2]);
  const deviation = g.sqrt(g.clampMin(variance, 1e-4));
  return g.concat([g.reshape(mean, [n, channels * bands]), deviation], 1);
}

/** Weights drawn from U(±1 / √fan-in), norms 1 and 0, no momentum. */
export function initialState({ parameters, buffers }: TrainableModel, seed: number): State {
  const random = createRandom(seed);
  const isOne = /norm\d\.weight|variance/;
  const values = (
    shapes: readonly { readonly name: string; readonly shape: readonly number[] }[],
  ): Tensors =>
    Object.fromEntries(
      shapes.map(({ name, shape }) => {
        const bound = 1 / Math.sqrt(sizeOf(shape.slice(1)));
        const draw = (): number => (2 * random.next() - 1) * bound;
        const number = isOne.test(name) ? () => 1 : shape.length > 1 ? draw : () => 0;
        return [name, { shape, data: Float32Array.from({ length: sizeOf(shape) }, number) }];
      }),
    );
  const zeros = (): Tensors =>
    Object.fromEntries(
      parameters.map(({ name, shape }) => [name, { shape, data: new Float32Array(sizeOf(shape)) }]),
    );
  const [weights, statistics] = [values(parameters), values(buffers)];
  return {
    parameters: weights,
    buffers: statistics,
    firstMoment: zeros(),
    secondMoment: zeros(),
    averageParameters: weights,
    averageBuffers: statistics,
    step: 0,
  };
}
