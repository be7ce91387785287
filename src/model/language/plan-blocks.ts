import { nearest } from '../../util/suggest.ts';
import { type Block, type BlockName, blockNames } from './block.ts';
import { type Maps, windowOf } from './geometry.ts';
import type { Features, Layer } from './layer.ts';
import { planConv, planDepthwise, planSeparable, pointwise } from './plan-conv.ts';
import { planDense, planSqueezeExcite } from './plan-dense.ts';
import { planActivation, planDropout, planNorm, planSpatialDropout } from './plan-norm.ts';
import { planFrequency, planPool, planPoolTime, pooling } from './plan-pool.ts';
import { type Draft, type Plan, type PlanFrames, refuse, type Site } from './site.ts';
import { sameWindow } from './window.ts';

/** Where a list of blocks is: the path to it, and the place of what holds it (`5.`, or nothing). */
interface At {
  readonly path: readonly string[];
  readonly place: string;
}

/**
 * The layers of a list of blocks that reads `input`, or undefined: then the draft holds a problem
 * more. What stands below a block without a shape cannot be judged.
 */
export function planBlocks<F extends Features>(
  draft: Draft,
  blocks: readonly Block[],
  input: F,
  at: At,
): readonly Layer[] | undefined {
  const layers: Layer[] = [];
  for (const [i, block] of blocks.entries()) {
    const names = Object.keys(block);
    const [name = ''] = names;
    const path = [...at.path, String(i)];
    const site: Site = { draft, path, place: `${at.place}${i + 1}`, block: name };
    if (names.length !== 1) {
      const said =
        names.length === 0 ? 'is empty' : `is ${names.length} in one: ${names.join(', ')}`;
      return refuse(
        { ...site, block: '' },
        said,
        'Make each an item of the list, with a "- " of its own.',
      );
    }
    const planned = planBlock(site, block, outputOf(layers, input));
    if (!planned) return undefined;
    layers.push(...planned);
  }
  return layers;
}

/** What the last layer gives; the input, if there is none. */
export function outputOf(layers: readonly Layer[], input: Features): Features {
  return layers.at(-1)?.output ?? input;
}

function planBlock(site: Site, block: Block, input: Features): readonly Layer[] | undefined {
  const { block: name } = site;
  if (Object.hasOwn(planners, name)) {
    const plan = planners[name as BlockName] as Plan<BlockName>;
    return plan(site, block[name as BlockName] as never, input);
  }
  const near = nearest(name, blockNames);
  return refuse(
    site,
    `is no block${near === undefined ? '' : `, nearest is "${near}"`}`,
    `Blocks are ${blockNames.join(', ')}.`,
  );
}

/** Refuses a block that works on frames where there are none. */
function onFrames<K extends BlockName>(plan: PlanFrames<K>, instead?: string): Plan<K> {
  return (site, given, input) => {
    if (input.kind !== 'vector') return plan(site, given, input);
    const other = instead === undefined ? '' : `, or use ${instead}`;
    return refuse(site, 'needs frames, and pool_time has ended them', `Move it up${other}.`);
  };
}

const planParallel: PlanFrames<'parallel'> = (site, branches, input) => {
  const planned = branches.map((blocks, i) =>
    planInside(site, blocks, input, {
      path: [...site.path, 'parallel', String(i)],
      place: `${site.place}.${i + 1}.`,
    }),
  );
  const complete = planned.filter((one) => one !== undefined);
  const [first] = complete;
  if (first === undefined || complete.length < planned.length) return undefined;
  const { bands, time } = first.output;
  const odd = complete.find(
    ({ output }) => output.bands !== bands || !sameWindow(output.time, time),
  );
  if (odd) {
    const number = complete.indexOf(odd);
    return refuse(
      site,
      `cannot join ${worded(first.output)} of branch 1 and ${worded(odd.output)} of branch ${number + 1}`,
      'Give all branches the same strides and pools.',
      String(number),
    );
  }
  const channels = complete.reduce((sum, { output }) => sum + output.channels, 0);
  const output = { ...first.output, channels };
  const lists = complete.map(({ layers }) => layers);
  return [{ kind: 'parallel', place: site.place, branches: lists, output }];
};

const planResidual: PlanFrames<'residual'> = (site, blocks, input) => {
  const body = planInside(site, blocks, input, {
    path: [...site.path, 'residual'],
    place: `${site.place}.`,
  });
  if (!body) return undefined;
  const { layers, output } = body;
  const shortcut = shortcutOf(site, layers, input, output.channels);
  return [{ kind: 'residual', place: site.place, body: layers, shortcut, output }];
};

/** What fits the input of a residual to the output of its body. */
function shortcutOf(
  site: Site,
  body: readonly Layer[],
  input: Maps,
  channels: number,
): readonly Layer[] {
  const [high, wide] = [windowOf(body, 0), windowOf(body, 1)];
  const name = 'shortcut';
  if (high.width > 1 || wide.width > 1) {
    const pooled = pooling(site, 'avg', [high, wide], input);
    return [pooled, pointwise(site, pooled.output, channels, { name })];
  }
  const stride = [high.step, wide.step] as const;
  if (stride[0] === 1 && stride[1] === 1 && channels === input.channels) return [];
  return [pointwise(site, input, channels, { name, stride })];
}

/** Layers of an inner list, none of which ends frames. */
function planInside(
  { draft }: Site,
  blocks: readonly Block[],
  input: Maps,
  at: At,
): { readonly layers: readonly Layer[]; readonly output: Maps } | undefined {
  const layers = planBlocks(draft, blocks, input, at);
  return layers && { layers, output: outputOf(layers, input) as Maps };
}

function worded({ bands, time: { width, step } }: Maps): string {
  const seen = width === 1 ? '' : ` that sees ${width}`;
  return `${bands} bands with a frame${seen} every ${step}`;
}

const planners: { readonly [K in BlockName]: Plan<K> } = {
  conv: onFrames(planConv, 'dense'),
  depthwise: onFrames(planDepthwise),
  separable: onFrames(planSeparable, 'dense'),
  norm: planNorm,
  activation: planActivation,
  pool: onFrames(planPool),
  dropout: planDropout,
  spatial_dropout: onFrames(planSpatialDropout, 'dropout'),
  squeeze_excite: onFrames(planSqueezeExcite),
  parallel: onFrames(planParallel),
  residual: onFrames(planResidual),
  frequency: onFrames(planFrequency),
  pool_time: onFrames(planPoolTime),
  dense: planDense,
};
