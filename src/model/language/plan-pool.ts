import { fits, type Maps, type OneOrPair, pairOf, through } from './geometry.ts';
import type { Layer, PoolLayer, Windows } from './layer.ts';
import { denseWeights } from './plan-dense.ts';
import { type PlanFrames, refuse, type Site } from './site.ts';

export const planPool: PlanFrames<'pool'> = (site, given, input) => {
  const plain = typeof given === 'number' || Array.isArray(given);
  const params: { kind?: 'max' | 'avg'; size?: OneOrPair; stride?: OneOrPair | null } = plain
    ? { size: given }
    : given;
  const size = pairOf(site, 'size', params.size ?? 2, input);
  const stride = params.stride ? pairOf(site, 'stride', params.stride, input) : size;
  if (!size || !stride) return undefined;
  const windows: Windows = [
    { width: size[0], step: stride[0] },
    { width: size[1], step: stride[1] },
  ];
  if (!fits(site, 'size', input, windows[0])) return undefined;
  return [pooling(site, params.kind ?? 'max', windows, input)];
};

/** Pooling by windows of any width and step. */
export function pooling(
  { place }: Site,
  of: PoolLayer['of'],
  windows: Windows,
  input: Maps,
): PoolLayer & { readonly output: Maps } {
  return {
    ...{ kind: 'pool', place, of, windows },
    size: [windows[0].width, windows[1].width],
    stride: [windows[0].step, windows[1].step],
    output: through(input, windows, input.channels),
  };
}

export const planFrequency: PlanFrames<'frequency'> = (site, by, input) => {
  if (input.kind === 'frames') {
    return refuse(site, 'stands below another block that has ended it', 'Leave it out.');
  }
  const channels = by === 'flatten' ? input.channels * input.bands : input.channels;
  const output = { kind: 'frames', channels, bands: 1, time: input.time } as const;
  return [{ kind: 'frequency', place: site.place, by, output }];
};

/** Pools time; side inputs join what comes out. */
export const planPoolTime: PlanFrames<'pool_time'> = (site, given, input) => {
  if (input.kind === 'maps') {
    return refuse(
      site,
      'needs one list of channels per frame, and frequency has not ended',
      'Put "- frequency: flatten" (or mean, or max) above it.',
    );
  }
  const { kind: by, hidden = 32 } = typeof given === 'string' ? { kind: given } : given;
  const { channels, time } = input;
  const attention = by === 'attention' && {
    attention: {
      hidden: denseWeights(site, 'pool_time.hidden', { inputs: channels, outputs: hidden }),
      score: denseWeights(site, 'pool_time.score', { inputs: hidden, outputs: 1 }, false).weight,
    },
  };
  const size = by === 'statistics' ? 2 * channels : channels;
  const output = { kind: 'vector', channels: size } as const;
  const pooled: Layer = { kind: 'pool_time', place: site.place, by, time, ...attention, output };
  const { side } = site.draft.input;
  if (side === 0) return [pooled];
  const joined = { kind: 'vector', channels: size + side } as const;
  return [pooled, { kind: 'side', place: site.place, size: side, output: joined }];
};
