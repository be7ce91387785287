import type { OpName } from './attributes.ts';
import type { Ops } from './op.ts';
import { convolution } from './ops/conv.ts';
import { elementwise } from './ops/elementwise.ts';
import { layout } from './ops/layout.ts';
import { normalisation } from './ops/norm.ts';
import { pooling } from './ops/pool.ts';
import { product } from './ops/product.ts';
import { reduce } from './ops/reduce.ts';

/** The op table; `attributes.ts` says what each op computes. */
export const ops: Ops<OpName> = {
  ...elementwise,
  ...reduce,
  ...product,
  ...layout,
  ...convolution,
  ...pooling,
  ...normalisation,
};
