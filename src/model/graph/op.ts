import type { Attributes, OpName } from './attributes.ts';
import type { Shape } from './value.ts';

/** One entry of the op table. */
export interface Op<A> {
  /** Shapes of the outputs. Throws on inputs that do not fit. */
  shapes(inputs: readonly Shape[], attributes: A): readonly Shape[];
}

/** Some rows of the op table. */
export type Ops<K extends OpName> = { readonly [P in K]: Op<Attributes[P]> };
