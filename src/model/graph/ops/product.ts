import type { Graph } from '../graph.ts';
import type { Ops } from '../op.ts';
import { broadcast } from '../shape.ts';
import type { Value } from '../value.ts';
import { unstretch } from './unstretch.ts';

export const product: Ops<'matmul' | 'gemm'> = {
  matmul: {
    shapes: ([a, b]) => {
      const [m, k] = a!.slice(-2);
      const [l, n] = b!.slice(-2);
      if (k !== l || n === undefined) throw new Error(`[${a}] × [${b}] is no matrix product`);
      return [[...broadcast(a!.slice(0, -2), b!.slice(0, -2)), m!, n]];
    },
    gradient: (g, { inputs }, dy) => {
      const [a, b] = [inputs[0]!, inputs[1]!];
      return [
        () => unstretch(g, g.matmul(dy, flipped(g, b)), a.shape),
        () => unstretch(g, g.matmul(flipped(g, a), dy), b.shape),
      ];
    },
    onnx: (writer, inputs) => writer.node('MatMul', inputs),
  },
  gemm: {
    shapes: ([a, b], { transposeA, transposeB }) => {
      if (a!.length !== 2 || b!.length !== 2) throw new Error(`[${a}] × [${b}]: not two matrices`);
      const [m, k] = transposeA ? [a![1]!, a![0]!] : [a![0]!, a![1]!];
      const [l, n] = transposeB ? [b![1]!, b![0]!] : [b![0]!, b![1]!];
      if (k !== l) throw new Error(`[${m}, ${k}] × [${l}, ${n}] is no matrix product`);
      return [[m, n]];
    },
    // With A' and B' as multiplied: dA' = dy B'ᵀ, dB' = A'ᵀ dy; a transposed input takes the
    // transposed product.
    gradient: (g, { inputs, attributes: { transposeA, transposeB } }, dy) => {
      const [a, b] = [inputs[0]!, inputs[1]!];
      return [
        () =>
          transposeA
            ? g.gemm(b, dy, { transposeA: transposeB, transposeB: true })
            : g.gemm(dy, b, { transposeB: !transposeB }),
        () =>
          transposeB
            ? g.gemm(dy, a, { transposeA: true, transposeB: transposeA })
            : g.gemm(a, dy, { transposeA: !transposeA }),
      ];
    },
    onnx: (writer, inputs, { attributes: { transposeA, transposeB } }) =>
      writer.node('Gemm', inputs, {
        attributes: { transA: { int: Number(transposeA) }, transB: { int: Number(transposeB) } },
      }),
  },
};

/** The last two axes exchanged. */
function flipped(g: Graph, x: Value): Value {
  const rank = x.shape.length;
  return g.transpose(x, [...x.shape.keys()].slice(0, -2).concat(rank - 1, rank - 2));
}
