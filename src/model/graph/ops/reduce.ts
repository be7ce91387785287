import type { ReduceAttributes } from '../attributes.ts';
import type { Op, Ops } from '../op.ts';
import { reducedShape } from '../shape.ts';

const reduction: Op<ReduceAttributes> = {
  shapes: ([x], { axes, keepDims }) => [reducedShape(x!, axes, keepDims)],
};

export const reduce: Ops<'sum' | 'mean' | 'max' | 'softmax' | 'logSoftmax'> = {
  sum: reduction,
  mean: reduction,
  max: reduction,
  softmax: { shapes: ([x]) => [x!] },
  logSoftmax: { shapes: ([x]) => [x!] },
};
