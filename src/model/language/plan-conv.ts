import { fits, type Maps, type OneOrPair, pairOf, through } from './geometry.ts';
import type { ConvLayer, Pair, Windows } from './layer.ts';
import { addWeight, type PlanFrames, refuse, type Site } from './site.ts';
import type { Window } from './window.ts';

/** What convolutions of all kinds share, as it is written. */
interface Windowed {
  readonly kernel?: OneOrPair;
  readonly stride?: OneOrPair;
  readonly dilation?: OneOrPair;
  readonly padding?: 'same' | 'none';
}

type Geometry = Pick<
  ConvLayer,
  'kernel' | 'stride' | 'padding' | 'dilation' | 'windows' | 'output'
>;

interface Filters {
  readonly role: ConvLayer['role'];
  /** First part of the names of the parameters. */
  readonly name: string;
  readonly channels: number;
  readonly groups: number;
  readonly bias: boolean;
}

export const planConv: PlanFrames<'conv'> = (site, given, input) => {
  const params = typeof given === 'number' ? { filters: given } : given;
  const { filters, groups = 1, bias = false } = params;
  const { channels } = input;
  const geometry = geometryOf(site, params, input, filters);
  if (channels % groups !== 0 || filters % groups !== 0) {
    const possible = Array.from({ length: channels }, (_, i) => i + 1).filter(
      (count) => channels % count === 0 && filters % count === 0,
    );
    return refuse(
      site,
      `cannot part ${channels} channels and ${filters} filters into ${groups} groups`,
      `Possible numbers of groups: ${possible.join(', ')}.`,
      'groups',
    );
  }
  const of = { role: 'conv', name: 'conv', channels, groups, bias } as const;
  return geometry && [filtered(site, geometry, of)];
};

export const planDepthwise: PlanFrames<'depthwise'> = (site, given, input) => {
  const params = typeof given === 'number' ? { kernel: given } : given;
  const { multiplier = 1, bias = false } = params;
  const { channels } = input;
  const geometry = geometryOf(site, params, input, channels * multiplier);
  return geometry && [filtered(site, geometry, depthwise(channels, bias))];
};

export const planSeparable: PlanFrames<'separable'> = (site, given, input) => {
  const params = typeof given === 'number' ? { filters: given } : given;
  const { filters, bias = false } = params;
  const { channels } = input;
  const geometry = geometryOf(site, params, input, channels);
  if (!geometry) return undefined;
  const planes = filtered(site, geometry, depthwise(channels, false));
  return [planes, pointwise(site, planes.output, filters, { name: 'pointwise', bias })];
};

/** A 1 × 1 convolution. */
export function pointwise(
  site: Site,
  input: Maps,
  filters: number,
  options: { readonly name: string; readonly bias?: boolean; readonly stride?: Pair },
): ConvLayer & { readonly output: Maps } {
  const { name, bias = false, stride = [1, 1] } = options;
  const windows: Windows = [
    { width: 1, step: stride[0] },
    { width: 1, step: stride[1] },
  ];
  return filtered(
    site,
    {
      ...{ kernel: [1, 1], dilation: [1, 1], padding: [0, 0], stride, windows },
      output: through(input, windows, filters),
    },
    { role: 'pointwise', name, channels: input.channels, groups: 1, bias },
  );
}

function depthwise(channels: number, bias: boolean): Filters {
  return { role: 'depthwise', name: 'depthwise', channels, groups: channels, bias };
}

function filtered<G extends Geometry>(site: Site, geometry: G, of: Filters): ConvLayer & G {
  const { role, name, channels, groups, bias } = of;
  const { kernel, output } = geometry;
  const depth = channels / groups;
  const fanIn = depth * kernel[0] * kernel[1];
  const weight = addWeight(site, `${name}.weight`, [output.channels, depth, ...kernel], fanIn);
  return {
    ...{ kind: 'conv', place: site.place, role, groups, weight },
    ...(bias && { bias: addWeight(site, `${name}.bias`, [output.channels], fanIn) }),
    ...geometry,
  };
}

function geometryOf(
  site: Site,
  { kernel: k = 3, stride: s = 1, dilation: d = 1, padding: edge = 'same' }: Windowed,
  input: Maps,
  channels: number,
): (Geometry & { readonly output: Maps }) | undefined {
  const kernel = pairOf(site, 'kernel', k, input);
  const stride = pairOf(site, 'stride', s, input);
  const dilation = pairOf(site, 'dilation', d, input);
  if (!kernel || !stride || !dilation) return undefined;
  const idle = ([0, 1] as const).filter((axis) => kernel[axis] === 1 && dilation[axis] > 1);
  const single = kernel[0] === 1 && kernel[1] === 1;
  if (idle.length > 0 && (single || typeof d !== 'number')) {
    return refuse(
      site,
      'has a dilation where its kernel is 1, which has no effect',
      'Write dilation: 1 there.',
      'dilation',
    );
  }
  const extent = ([0, 1] as const).map((axis) => dilation[axis] * (kernel[axis] - 1) + 1);
  const [high = 1, wide = 1] = extent;
  const zeros = (size: number): number => (edge === 'same' ? Math.floor((size - 1) / 2) : 0);
  const padding = [zeros(high), zeros(wide)] as const;
  const window = (size: number, step: number): Window => ({ width: size - 2 * zeros(size), step });
  const windows = [window(high, stride[0]), window(wide, stride[1])] as const;
  if (!fits(site, 'kernel', input, windows[0])) return undefined;
  return {
    ...{ kernel, stride, dilation, padding, windows },
    output: through(input, windows, channels),
  };
}
