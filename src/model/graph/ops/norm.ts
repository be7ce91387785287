import type { Ops } from '../op.ts';
import { sameShape } from '../shape.ts';

export const normalisation: Ops<'batchNorm'> = {
  batchNorm: {
    shapes: ([x, scale, shift]) => {
      const channels = [x![1]!];
      if (x!.length !== 4 || !sameShape(scale!, channels) || !sameShape(shift!, channels)) {
        throw new Error(`batch norm of [${x}] with scale [${scale}] and shift [${shift}]`);
      }
      return [x!, channels, channels];
    },
  },
};
