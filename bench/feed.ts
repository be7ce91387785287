import { drawSample } from '../src/model/feed/draw.ts';
import { noPolicy, type Policy } from '../src/model/feed/policy.ts';
import { createSampler } from '../src/model/feed/sampler.ts';
import { createRandom, hashSeed } from '../src/util/random.ts';

/**
 * What a training sample costs beside the training step it is made for: microseconds of the
 * processor per crop of 96 frames × 64 bands, drawing, cropping, warping, masking and mixing included,
 * best of 20 rounds.
 *
 *     node --import tsx bench/feed.ts
 */
const sizes = { channels: 1, bands: 64, frames: 96 };
const count = 16;
const steps = 60;
const axis = { bands: 64, fmin: 50, fmax: 8000, htk: false };

const recipe: Policy = {
  ...noPolicy,
  ...{ tempo: 0.15, vtlp: 0.12 },
  ...{ frequencyMask: { width: 8, count: 1 }, timeMask: { width: 20, count: 2 } },
};
const policies: Readonly<Record<string, Policy>> = {
  'crop alone': noPolicy,
  'tempo, vtlp, masks': recipe,
  'every policy': {
    ...recipe,
    ...{ frequencyWarp: 4, timeShift: 10, mixup: 0.3 },
    freqMixStyle: { probability: 0.6, alpha: 0.4 },
  },
};

const random = createRandom(1);
const clips = Array.from({ length: 500 }, () => {
  const frames = 60 + random.integer(200);
  const data = Float32Array.from({ length: frames * sizes.bands }, () => random.normal());
  return { data, at: 0, frames };
});

for (const [name, policy] of Object.entries(policies)) {
  const sampler = createSampler(count, sizes, axis);
  const batch = {
    x: new Float32Array(count * sizes.bands * sizes.frames),
    mask: new Float32Array(count * sizes.frames),
    target: new Float32Array(count * 7),
    weight: new Float32Array(count),
  };
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round++) {
    const start = process.cpuUsage();
    for (let step = 0; step < steps; step++) {
      const draws = Array.from({ length: count }, (_, n) => {
        const clip = clips[(step * count + n) % clips.length]!;
        const of = { ...sizes, clip: clip.frames, tables: 0 };
        const draw = drawSample(policy, of, createRandom(hashSeed(1, step, `clip ${n}`)));
        sampler.write(batch, n, clip, draw);
        return draw;
      });
      sampler.mix(batch, draws);
    }
    best = Math.min(best, process.cpuUsage(start).user / steps / count);
  }
  console.log(`${name.padEnd(20)} ${best.toFixed(1)} µs`);
}
