import type { Graph } from '../graph.ts';
import type { OnnxWriter } from '../onnx-writer.ts';
import type { Ops } from '../op.ts';
import { sameShape, sizeOf } from '../shape.ts';
import type { Shape, Value } from '../value.ts';

export const normalisation: Ops<'affine' | 'batchNorm'> = {
  affine: {
    shapes: (inputs) => {
      checkChannels(inputs);
      return [inputs[0]!];
    },
    gradient: (g, { inputs }, dy) => {
      const [x, scale] = [inputs[0]!, inputs[1]!];
      const none = g.constant(new Array<number>(scale.shape[0]!).fill(0), scale.shape);
      return [
        () => g.affine(dy, scale, none),
        () => g.sum(g.mul(dy, x), allButChannels(x)),
        () => g.sum(dy, allButChannels(x)),
      ];
    },
    // A batch norm with mean 0 and variance 1 does it in one pass.
    onnx: (writer, [x, scale, shift], { inputs }) => {
      const channels = inputs[1]!.shape[0]!;
      const [zeros, ones] = [repeated(writer, 0, channels), repeated(writer, 1, channels)];
      return writer.node('BatchNormalization', [x!, scale!, shift!, zeros, ones], {
        attributes: { epsilon: { float: 0 } },
      });
    },
  },
  batchNorm: {
    shapes: (inputs) => {
      checkChannels(inputs);
      return [inputs[0]!, inputs[1]!, inputs[1]!];
    },
    // With M pixels per channel, r = 1 / √(σ² + ε), S₁ = Σ dy and S₂ = r Σ dy (x − μ): dγ = S₂,
    // dβ = S₁, dx = a dy + b x + c with a = γ r, b = −a r S₂ / M and c = −a S₁ / M − b μ.
    gradient: (g, { inputs, outputs, attributes: { epsilon } }, dy) => {
      const [x, scale] = [inputs[0]!, inputs[1]!];
      const [, mean, variance] = outputs as readonly [Value, Value, Value];
      const pixels = sizeOf(x.shape) / scale.shape[0]!;
      const axes = allButChannels(x);
      const r = g.reciprocal(g.sqrt(g.add(variance, epsilon)));
      const s1 = g.sum(dy, axes);
      const s2 = g.mul(r, g.sub(g.sum(g.mul(dy, x), axes), g.mul(mean, s1)));
      return [
        () => {
          const a = g.mul(scale, r);
          const b = g.mul(g.mul(a, r), g.mul(s2, -1 / pixels));
          const c = g.sub(g.mul(a, g.mul(s1, -1 / pixels)), g.mul(b, mean));
          return g.add(g.affine(dy, a, c), g.mul(x, perChannel(g, b, x)));
        },
        () => s2,
        () => s1,
      ];
    },
    onnx: (writer, [x, scale, shift], { attributes: { epsilon } }) => {
      // With momentum 0 the "running" statistics are those of the batch, whatever the old ones are.
      // ONNX Runtime writes the new over the old, so those must be two tensors that nobody else reads.
      const [mean] = writer.node('Mul', [scale!, writer.float(0)]);
      const [variance] = writer.node('Sub', [shift!, shift!]);
      return writer.node('BatchNormalization', [x!, scale!, shift!, mean!, variance!], {
        attributes: {
          epsilon: { float: epsilon },
          momentum: { float: 0 },
          training_mode: { int: 1 },
        },
        outputs: 3,
      });
    },
  },
};

function checkChannels([x, scale, shift]: readonly Shape[]): void {
  const channels = [x![1]!];
  if (!sameShape(scale!, channels) || !sameShape(shift!, channels)) {
    throw new Error(`scale [${scale}] and shift [${shift}] per channel of [${x}]`);
  }
}

function allButChannels({ shape }: Value): readonly number[] {
  return [...shape.keys()].filter((axis) => axis !== 1);
}

/** [C] → [C, 1, …], which broadcasts over all other axes of x. */
function perChannel(g: Graph, values: Value, x: Value): Value {
  return g.reshape(values, [values.shape[0]!, ...x.shape.slice(2).map(() => 1)]);
}

function repeated(writer: OnnxWriter, value: number, count: number): string {
  return writer.node('Expand', [writer.float(value), writer.ints([count])])[0]!;
}
