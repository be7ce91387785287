import type { Graph } from '../graph.ts';
import type { Ops } from '../op.ts';
import { sameShape, sizeOf } from '../shape.ts';
import type { Value } from '../value.ts';

export const normalisation: Ops<'batchNorm'> = {
  batchNorm: {
    shapes: ([x, scale, shift]) => {
      const channels = [x![1]!];
      if (x!.length !== 4 || !sameShape(scale!, channels) || !sameShape(shift!, channels)) {
        throw new Error(`batch norm of [${x}] with scale [${scale}] and shift [${shift}]`);
      }
      return [x!, channels, channels];
    },
    // With M pixels per channel, r = 1 / √(σ² + ε), d = x − μ, S₁ = Σ dy and S₂ = r Σ dy d:
    // dγ = S₂, dβ = S₁, dx = γ r dy − (γ r² S₂ / M) d − γ r S₁ / M.
    gradient: (g, { inputs, outputs, attributes: { epsilon } }, dy) => {
      const [x, scale] = [inputs[0]!, inputs[1]!];
      const [, mean, variance] = outputs;
      const pixels = sizeOf(x.shape) / scale.shape[0]!;
      const r = g.reciprocal(g.sqrt(g.add(variance!, epsilon)));
      const d = g.sub(x, perChannel(g, mean!));
      const s1 = g.sum(dy, [0, 2, 3]);
      const s2 = g.mul(r, g.sum(g.mul(dy, d), [0, 2, 3]));
      return [
        () => {
          const a = g.mul(scale, r);
          const b = g.mul(g.mul(a, r), g.mul(s2, -1 / pixels));
          const c = g.mul(a, g.mul(s1, -1 / pixels));
          const own = g.add(g.mul(dy, perChannel(g, a)), perChannel(g, c));
          return g.add(own, g.mul(d, perChannel(g, b)));
        },
        () => s2,
        () => s1,
      ];
    },
    onnx: (writer, [x, scale, shift], { inputs, attributes: { epsilon } }) => {
      const channels = inputs[1]!.shape[0]!;
      const one = (type: string, ...names: readonly string[]): string =>
        writer.node(type, names)[0]!;
      const wide = (name: string): string => one('Reshape', name, writer.ints([channels, 1, 1]));
      const average = (name: string): string =>
        one('Reshape', one('ReduceMean', name, writer.ints([0, 2, 3])), writer.ints([channels]));
      const mean = average(x!);
      const d = one('Sub', x!, wide(mean));
      const variance = average(one('Mul', d, d));
      const r = one('Reciprocal', one('Sqrt', one('Add', variance, writer.float(epsilon))));
      const y = one('Add', one('Mul', d, wide(one('Mul', scale!, r))), wide(shift!));
      return [y, mean, variance];
    },
  },
};

/** [C] → [C, 1, 1], which broadcasts over N, H, W. */
function perChannel(g: Graph, values: Value): Value {
  return g.reshape(values, [values.shape[0]!, 1, 1]);
}
