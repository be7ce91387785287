import type { DenseWeights } from './layer.ts';
import { addWeight, type Plan, type PlanFrames, refuse, type Site } from './site.ts';

/** W x + b with W [outputs, inputs]. */
export function denseWeights(
  site: Site,
  name: string,
  size: { readonly inputs: number; readonly outputs: number },
  bias = true,
): DenseWeights {
  const { inputs, outputs } = size;
  const weight = addWeight(site, `${name}.weight`, [outputs, inputs], inputs);
  return { weight, ...(bias && { bias: addWeight(site, `${name}.bias`, [outputs], inputs) }) };
}

export const planDense: Plan<'dense'> = (site, given, input) => {
  const { units, bias = true } = typeof given === 'number' ? { units: given } : given;
  if (input.kind !== 'vector') {
    return refuse(
      site,
      'needs one vector per clip, and time has not been pooled',
      'Put it below pool_time; a dense layer per frame is conv with kernel: 1.',
    );
  }
  const weights = denseWeights(site, 'dense', { inputs: input.channels, outputs: units }, bias);
  const output = { kind: 'vector', channels: units } as const;
  return [{ kind: 'dense', place: site.place, weights, output }];
};

export const planSqueezeExcite: PlanFrames<'squeeze_excite'> = (site, reduction, input) => {
  const { channels } = input;
  const hidden = Math.max(4, Math.floor(channels / reduction));
  const reduce = denseWeights(site, 'squeeze_excite.reduce', { inputs: channels, outputs: hidden });
  const expand = denseWeights(site, 'squeeze_excite.expand', { inputs: hidden, outputs: channels });
  return [{ kind: 'squeeze_excite', place: site.place, reduce, expand, output: input }];
};
