import type { ParamProblem } from '../../engine/stage.ts';
import type { BlockName, Given } from './block.ts';
import type { Features, Layer } from './layer.ts';
import type { ModelInput } from './model-plan.ts';
import type { BufferSpec, ParameterSpec } from './parameter.ts';

/** A plan in the making: all that its blocks add to, and what is wrong with them. */
export interface Draft {
  readonly input: ModelInput;
  readonly parameters: ParameterSpec[];
  readonly buffers: BufferSpec[];
  readonly problems: ParamProblem[];
}

/** Where a block stands, and what it may do there. */
export interface Site {
  readonly draft: Draft;
  /** From the list of blocks to this one: `['4', 'residual', '1']`. */
  readonly path: readonly string[];
  /** The same for people, counted from 1: `5.2`; empty beyond the list. */
  readonly place: string;
  /** Name of the block. */
  readonly block: string;
}

/** The layers of one block, or undefined and a problem in the draft. */
export type Plan<K extends BlockName, F extends Features = Features> = (
  site: Site,
  given: Given<K>,
  input: F,
) => readonly Layer[] | undefined;

/** Of a block that works on frames. */
export type PlanFrames<K extends BlockName> = Plan<
  K,
  Exclude<Features, { readonly kind: 'vector' }>
>;

/**
 * Reports a problem of a block. `message` goes on after "block 5.2 (conv) "; `param` leads from the
 * block to what is wrong.
 */
export function refuse(
  site: Site,
  message: string,
  hint: string,
  ...param: readonly string[]
): undefined {
  site.draft.problems.push({
    path: [...site.path, ...(site.block === '' ? [] : [site.block]), ...param],
    message: `block ${site.place}${site.block === '' ? '' : ` (${site.block})`} ${message}`,
    hint,
  });
  return undefined;
}

/**
 * A weight with PyTorch's start: `kaiming_uniform_(a=√5)`, which is uniform in ±1/√fan-in, as are the
 * biases beside it.
 */
export function addWeight(
  site: Site,
  name: string,
  shape: readonly number[],
  fanIn: number,
): ParameterSpec {
  return add(site, name, shape, { kind: 'uniform', bound: 1 / Math.sqrt(fanIn) });
}

/** A vector that starts as `value` everywhere. */
export function addConstant(site: Site, name: string, size: number, value: number): ParameterSpec {
  return add(site, name, [size], { kind: 'constant', value });
}

/** A running statistic; its full name. */
export function addBuffer(site: Site, name: string, size: number, initial: number): string {
  const full = fullName(site, name);
  site.draft.buffers.push({ name: full, shape: [size], initial });
  return full;
}

function add(
  site: Site,
  name: string,
  shape: readonly number[],
  init: ParameterSpec['init'],
): ParameterSpec {
  const spec = { name: fullName(site, name), shape, init, decay: shape.length > 1 };
  site.draft.parameters.push(spec);
  return spec;
}

function fullName({ place }: Site, name: string): string {
  return place === '' ? name : `${place}.${name}`;
}
