import type { Ops } from '../op.ts';
import { broadcast, sameShape, sizeOf } from '../shape.ts';

export const layout: Ops<'transpose' | 'reshape' | 'expand' | 'concat' | 'slice' | 'pad'> = {
  transpose: {
    shapes: ([x], { perm }) => {
      const sorted = [...perm].sort((a, b) => a - b);
      if (perm.length !== x!.length || sorted.some((axis, i) => axis !== i)) {
        throw new Error(`[${perm}] is no order of the axes of [${x}]`);
      }
      return [perm.map((axis) => x![axis]!)];
    },
  },
  reshape: {
    shapes: ([x], { shape }) => {
      if (sizeOf(shape) !== sizeOf(x!)) throw new Error(`[${x}] cannot become [${shape}]`);
      return [shape];
    },
  },
  expand: {
    shapes: ([x], { shape }) => {
      if (!sameShape(broadcast(x!, shape), shape)) {
        throw new Error(`[${x}] does not stretch to [${shape}]`);
      }
      return [shape];
    },
  },
  concat: {
    shapes: (inputs, { axis }) => {
      const [first] = inputs;
      const fits = (shape: readonly number[]): boolean =>
        shape.length === first!.length &&
        shape.every((size, i) => i === axis || size === first![i]);
      if (!inputs.every(fits))
        throw new Error(`[${inputs.join('], [')}] differ beside axis ${axis}`);
      const total = inputs.reduce((sum, shape) => sum + shape[axis]!, 0);
      return [first!.map((size, i) => (i === axis ? total : size))];
    },
  },
  slice: {
    shapes: ([x], { axes, starts, ends, steps }) => {
      const shape = [...x!];
      for (const [i, axis] of axes.entries()) {
        const count = Math.ceil((ends[i]! - starts[i]!) / steps[i]!);
        if (count < 1) throw new Error(`an empty slice of axis ${axis} of [${x}]`);
        shape[axis] = count;
      }
      return [shape];
    },
  },
  pad: {
    shapes: ([x], { before, after }) => [x!.map((size, i) => before[i]! + size + after[i]!)],
  },
};
