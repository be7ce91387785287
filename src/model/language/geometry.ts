import type { Features, Layer, Pair, Windows } from './layer.ts';
import { refuse, type Site } from './site.ts';
import { compose, countOutputs, identity, type Window } from './window.ts';

/** Features with a time axis. */
export type Maps = Exclude<Features, { readonly kind: 'vector' }>;

export type OneOrPair = number | readonly number[];

/** A param as written: one number is for both axes, but for time alone once frequency has ended. */
export function pairOf(
  site: Site,
  param: string,
  given: OneOrPair,
  { kind }: Maps,
): Pair | undefined {
  if (typeof given === 'number') return kind === 'frames' ? [1, given] : [given, given];
  const [bands = 1, frames = 1] = given;
  if (kind === 'frames' && bands !== 1) {
    return refuse(
      site,
      `has a ${param} of ${bands} bands, and frequency has ended above`,
      `Write ${param}: ${frames}, which is for time alone here.`,
      param,
    );
  }
  return [bands, frames];
}

/** Refuses a block that leaves no output along frequency; `param` is its size. */
export function fits(site: Site, param: string, { bands }: Maps, window: Window): boolean {
  if (countOutputs(bands, window) > 0) return true;
  refuse(
    site,
    `needs ${window.width} bands, and ${bands === 1 ? '1 is' : `${bands} are`} left`,
    `Write ${param}: [frequency, time] with at most ${bands} for frequency, or fewer strides and pools above.`,
    param,
  );
  return false;
}

/** What windows make of features. */
export function through({ kind, bands, time }: Maps, windows: Windows, channels: number): Maps {
  return {
    ...{ kind, channels },
    bands: countOutputs(bands, windows[0]),
    time: compose(time, windows[1]),
  };
}

/** The window of several layers in a row, along frequency (0) or time (1). */
export function windowOf(layers: readonly Layer[], axis: 0 | 1): Window {
  return layers.reduce((window, layer) => compose(window, ownWindow(layer, axis)), identity);
}

function ownWindow(layer: Layer, axis: 0 | 1): Window {
  switch (layer.kind) {
    case 'conv':
    case 'pool':
      return layer.windows[axis];
    case 'residual':
      return windowOf(layer.body, axis);
    case 'parallel':
      return windowOf(layer.branches[0] ?? [], axis);
    default:
      return identity;
  }
}
