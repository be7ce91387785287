import type { Attributes } from '../attributes.ts';
import type { Graph } from '../graph.ts';
import type { OnnxWriter } from '../onnx-writer.ts';
import type { Applied, Ops } from '../op.ts';
import { sameShape, sizeOf } from '../shape.ts';
import type { Shape, Value } from '../value.ts';
import { blockedAffine, blockedBatchNorm, blockedBlend, blockedDot } from './blocked-norm.ts';

export const normalisation: Ops<'affine' | 'blend' | 'channelDot' | 'batchNorm'> = {
  affine: {
    shapes: ([x, ...perChannel]) => {
      checkChannels(x!, perChannel);
      return [x!];
    },
    gradient: (g, { inputs }, dy) => {
      const [x, a] = [inputs[0]!, inputs[1]!];
      return [
        () => g.affine(dy, a, zeros(g, a)),
        () => g.channelDot(dy, x),
        () => g.sum(dy, allButChannels(x)),
      ];
    },
    onnx: (writer, inputs, applied) =>
      blockedAffine(writer, inputs, applied) ?? [affine(writer, inputs, applied.inputs[1]!)],
  },
  blend: {
    shapes: ([x, z, ...perChannel]) => {
      checkChannels(x!, perChannel);
      if (!sameShape(x!, z!)) throw new Error(`a blend of [${x}] and [${z}]`);
      return [x!];
    },
    gradient: (g, { inputs }, dy) => {
      const [x, z, a, b] = inputs as readonly [Value, Value, Value, Value];
      return [
        () => g.affine(dy, a, zeros(g, a)),
        () => g.affine(dy, b, zeros(g, b)),
        () => g.channelDot(dy, x),
        () => g.channelDot(dy, z),
        () => g.sum(dy, allButChannels(x)),
      ];
    },
    onnx: (writer, inputs, applied) => {
      const [x, z, a, b, c] = inputs as readonly [string, string, string, string, string];
      const wide = writer.ints([-1, ...applied.inputs[0]!.shape.slice(2).map(() => 1)]);
      const scaled = (): readonly string[] =>
        writer.node('Mul', [z, writer.node('Reshape', [b, wide])[0]!]);
      return (
        blockedBlend(writer, inputs, applied) ??
        writer.node('Add', [affine(writer, [x, a, c], applied.inputs[2]!), ...scaled()])
      );
    },
  },
  channelDot: {
    shapes: ([x, z]) => {
      if (!sameShape(x!, z!)) throw new Error(`a product of [${x}] and [${z}]`);
      return [[x![1]!]];
    },
    gradient: (g, { inputs }, dy) => {
      const [x, z] = [inputs[0]!, inputs[1]!];
      return [() => g.affine(z, dy, zeros(g, dy)), () => g.affine(x, dy, zeros(g, dy))];
    },
    onnx: (writer, inputs, applied) => {
      const axes = allButChannels(applied.inputs[0]!);
      const product = (): readonly string[] => writer.node('Mul', inputs);
      return (
        blockedDot(writer, inputs, applied) ??
        writer.node('ReduceSum', [...product(), writer.ints(axes)], {
          attributes: { keepdims: { int: 0 } },
        })
      );
    },
  },
  batchNorm: {
    shapes: ([x, ...perChannel]) => {
      checkChannels(x!, perChannel);
      return [x!, ...perChannel];
    },
    // With M pixels per channel, r = 1 / √(σ² + ε), S₁ = Σ dy and S₂ = r Σ dy (x − μ): dγ = S₂,
    // dβ = S₁, dx = a dy + b x + c with a = γ r, b = −a r S₂ / M and c = −a S₁ / M − b μ.
    gradient: (g, { inputs, outputs, attributes: { epsilon } }, dy) => {
      const [x, scale] = [inputs[0]!, inputs[1]!];
      const [, mean, variance] = outputs as readonly [Value, Value, Value];
      const pixels = sizeOf(x.shape) / scale.shape[0]!;
      const r = g.reciprocal(g.sqrt(g.add(variance, epsilon)));
      const s1 = g.sum(dy, allButChannels(x));
      const s2 = g.mul(r, g.sub(g.channelDot(dy, x), g.mul(mean, s1)));
      return [
        () => {
          const a = g.mul(scale, r);
          const b = g.mul(g.mul(a, r), g.mul(s2, -1 / pixels));
          const c = g.sub(g.mul(a, g.mul(s1, -1 / pixels)), g.mul(b, mean));
          return g.blend(dy, x, a, b, c);
        },
        () => s2,
        () => s1,
      ];
    },
    onnx: (writer, inputs, applied) => {
      const blocked = blockedBatchNorm(writer, inputs, applied);
      if (blocked) return blocked;
      // The operator's training mode is known to the processor's provider alone.
      if (writer.block === 0) return batchNormOfParts(writer, inputs, applied);
      const [x, scale, shift] = inputs;
      // With momentum 0 the "running" statistics are those of the batch, whatever the old ones are.
      // ONNX Runtime writes the new over the old, so those must be two tensors that nobody else reads.
      const [mean] = writer.node('Mul', [scale!, writer.float(0)]);
      const [variance] = writer.node('Sub', [shift!, shift!]);
      return writer.node('BatchNormalization', [x!, scale!, shift!, mean!, variance!], {
        attributes: {
          epsilon: { float: applied.attributes.epsilon },
          momentum: { float: 0 },
          training_mode: { int: 1 },
        },
        outputs: 3,
      });
    },
  },
};

function checkChannels(x: Shape, perChannel: readonly Shape[]): void {
  const wrong = perChannel.find((shape) => !sameShape(shape, [x[1]!]));
  if (wrong) throw new Error(`[${wrong}] is not per channel of [${x}]`);
}

function allButChannels({ shape }: Value): readonly number[] {
  return [...shape.keys()].filter((axis) => axis !== 1);
}

function zeros(g: Graph, { shape }: Value): Value {
  return g.constant(new Float32Array(shape[0]!), shape);
}

/** Mean, variance and the normalised values from operators that every provider has. */
function batchNormOfParts(
  writer: OnnxWriter,
  inputs: readonly string[],
  { inputs: shapes, attributes: { epsilon } }: Applied<Attributes['batchNorm']>,
): readonly string[] {
  const [x, scale, shift] = inputs as readonly [string, string, string];
  const { shape } = shapes[0]!;
  const axes = writer.ints(allButChannels(shapes[0]!));
  const flat = writer.ints([shape[1]!]);
  const wide = writer.ints([-1, ...shape.slice(2).map(() => 1)]);
  const one = (type: string, ...given: readonly string[]): string => writer.node(type, given)[0]!;
  const mean = one('ReduceMean', x, axes);
  const centred = one('Sub', x, mean);
  const variance = one('ReduceMean', one('Mul', centred, centred), axes);
  const deviation = one('Sqrt', one('Add', variance, writer.float(epsilon)));
  const scaled = one('Mul', one('Div', centred, deviation), one('Reshape', scale, wide));
  const y = one('Add', scaled, one('Reshape', shift, wide));
  return [y, one('Reshape', mean, flat), one('Reshape', variance, flat)];
}

/** A batch norm with mean 0 and variance 1 does it in one pass. */
function affine(writer: OnnxWriter, [x, a, c]: readonly string[], { shape }: Value): string {
  const repeated = (value: number): string =>
    writer.node('Expand', [writer.float(value), writer.ints(shape)])[0]!;
  return writer.node('BatchNormalization', [x!, a!, c!, repeated(0), repeated(1)], {
    attributes: { epsilon: { float: 0 } },
  })[0]!;
}
