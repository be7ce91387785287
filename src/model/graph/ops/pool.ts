import type { PoolAttributes } from '../attributes.ts';
import type { Ops } from '../op.ts';
import { countWindows } from '../shape.ts';
import type { Shape } from '../value.ts';

function pooled(x: Shape, { kernel, stride, padding }: PoolAttributes): Shape {
  if (x.length !== 4) throw new Error(`pooling of [${x}], which is not batch × channels × 2 axes`);
  const windows = [0, 1].map((i) =>
    countWindows(x[i + 2]!, kernel[i]!, { stride: stride[i]!, padding: padding[i]! }),
  );
  return [x[0]!, x[1]!, ...windows];
}

export const pooling: Ops<'maxPool' | 'maxUnpool' | 'avgPool'> = {
  maxPool: {
    shapes: ([x], attributes) => {
      const shape = pooled(x!, attributes);
      return [shape, shape];
    },
  },
  maxUnpool: {
    shapes: ([y], { size }) => [[y![0]!, y![1]!, ...size]],
  },
  avgPool: {
    shapes: ([x], attributes) => [pooled(x!, attributes)],
  },
};
