import { createResampler, type Resampler } from './resample.ts';

/** Resampling between any rates (Hz): the filters of a pair are made when it is first met, and kept. */
export function createResamplers(): (
  samples: Float32Array,
  from: number,
  to: number,
) => Float32Array {
  const known = new Map<string, Resampler>();
  return (samples, from, to) => {
    const pair = `${from} ${to}`;
    const resampler = known.get(pair) ?? createResampler(from, to);
    known.set(pair, resampler);
    return resampler.resample(samples);
  };
}
