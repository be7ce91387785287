import type { Ops } from '../op.ts';
import { broadcast } from '../shape.ts';

export const product: Ops<'matmul' | 'gemm'> = {
  matmul: {
    shapes: ([a, b]) => {
      const [m, k] = a!.slice(-2);
      const [l, n] = b!.slice(-2);
      if (k !== l || n === undefined) throw new Error(`[${a}] × [${b}] is no matrix product`);
      return [[...broadcast(a!.slice(0, -2), b!.slice(0, -2)), m!, n]];
    },
  },
  gemm: {
    shapes: ([a, b], { transposeA, transposeB }) => {
      if (a!.length !== 2 || b!.length !== 2) throw new Error(`[${a}] × [${b}]: not two matrices`);
      const [m, k] = transposeA ? [a![1]!, a![0]!] : [a![0]!, a![1]!];
      const [l, n] = transposeB ? [b![1]!, b![0]!] : [b![0]!, b![1]!];
      if (k !== l) throw new Error(`[${m}, ${k}] × [${l}, ${n}] is no matrix product`);
      return [[m, n]];
    },
  },
};
