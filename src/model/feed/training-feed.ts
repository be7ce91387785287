import type { MelAxis } from '../../dsp/augment/band-warp.ts';
import type { RowTable } from '../../dsp/augment/crop.ts';
import { createRandom, hashSeed } from '../../util/random.ts';
import type { Batch } from '../engine.ts';
import type { ClipStore } from './clip-store.ts';
import type { ClipShape } from './clips.ts';
import { drawSample, type SampleDraw } from './draw.ts';
import type { Policy } from './policy.ts';
import { createSampler } from './sampler.ts';

/** A training clip. */
export interface Example {
  readonly id: string;
  /** Index of its class. */
  readonly class: number;
  /** How much it counts in the loss. */
  readonly weight: number;
  /** Numbers that join the pooled vector; of equal length in all examples, or absent in all. */
  readonly side?: Float32Array;
  /** Statistics of its speaker, of which each sample takes one; absent without speaker normalisation. */
  readonly tables?: readonly RowTable[];
}

export interface TrainingFeedOptions extends ClipShape {
  readonly examples: readonly Example[];
  readonly classes: number;
  readonly clips: ClipStore;
  readonly cropFrames: number;
  readonly batchSize: number;
  readonly policy: Policy;
  /** Where the bands lie on the frequency axis; null where that is not known, and VTLP is off. */
  readonly axis: MelAxis | null;
  readonly seed: number;
}

export interface TrainingFeed {
  /** Whole batches in an epoch; 0 where there are fewer clips than one takes. */
  readonly stepsPerEpoch: number;
  /**
   * The batches of an epoch (from 1): the clips in a random order, those beyond the last whole batch
   * left out. A sample depends on (seed, epoch, id) alone, the order on (seed, epoch) and the set of
   * ids. The arrays are written again for the next batch.
   */
  batches(epoch: number): AsyncGenerator<Batch, void, undefined>;
}

export function createTrainingFeed(options: TrainingFeedOptions): TrainingFeed {
  const { channels, bands, classes, clips, cropFrames, batchSize, policy, axis, seed } = options;
  if (axis === null && policy.vtlp > 0) throw new RangeError('VTLP needs a mel axis');
  const examples = [...options.examples].sort((a, b) => (a.id < b.id ? -1 : 1));
  const stepsPerEpoch = Math.floor(examples.length / batchSize);
  const side = examples[0]?.side?.length ?? 0;
  const sizes = { channels, bands, frames: cropFrames };
  const sampler = createSampler(batchSize, sizes, axis);
  const batch: Batch = {
    x: new Float32Array(batchSize * channels * bands * cropFrames),
    mask: new Float32Array(batchSize * cropFrames),
    ...(side > 0 && { side: new Float32Array(batchSize * side) }),
    target: new Float32Array(batchSize * classes),
    weight: new Float32Array(batchSize),
  };

  const fill = (chosen: readonly Example[], epoch: number): void => {
    const rows = clips.fetch(chosen.map(({ id }) => id));
    batch.target.fill(0);
    const draws = chosen.map((example, n): SampleDraw => {
      const clip = rows[n]!;
      const { tables = [] } = example;
      const random = createRandom(hashSeed(seed, epoch, example.id));
      const of = { bands, frames: cropFrames, clip: clip.frames, tables: tables.length };
      const draw = drawSample(policy, of, random);
      sampler.write(batch, n, clip, draw, tables[draw.table]);
      batch.target[n * classes + example.class] = 1;
      batch.weight[n] = example.weight;
      if (example.side !== undefined) batch.side?.set(example.side, n * side);
      return draw;
    });
    sampler.mix(batch, draws);
  };

  return {
    stepsPerEpoch,
    async *batches(epoch) {
      const order = createRandom(hashSeed(seed, 'order', epoch)).shuffle(examples);
      for (let step = 0; step < stepsPerEpoch; step++) {
        fill(order.slice(step * batchSize, (step + 1) * batchSize), epoch);
        yield batch;
      }
    },
  };
}
