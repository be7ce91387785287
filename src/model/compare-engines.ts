import { createRandom } from '../util/random.ts';
import type { Batch, Tensors, TrainingOptions } from './engine.ts';
import type { Engine } from './engines.ts';
import { initialise } from './language/initialise.ts';
import { planModel } from './language/plan-model.ts';
import { initialState } from './train/initial-state.ts';

const [bands, frames, classes, batchSize] = [16, 24, 5, 2];

const options: TrainingOptions = {
  ...{ batchSize, frames, weightDecay: 0, gradientClip: null, labelSmoothing: 0.1, focalGamma: 0 },
  // From rest its first moment is the gradient.
  optimiser: { kind: 'sgd', momentum: 0.9, nesterov: false },
};

export interface Comparison {
  /** max |a − b| / max |b| of the worst tensor of gradients and running statistics. */
  readonly difference: number;
  /** Whether the same step twice gave the same bits. */
  readonly repeats: boolean;
}

/** One training step of cnn4 on two padded clips of noise, by an engine and by one that is trusted. */
export async function compareEngines(engine: Engine, trusted: Engine): Promise<Comparison> {
  const plan = planModel('cnn4', { channels: 1, bands, side: 0, classes });
  if (!plan.ok) throw new Error('cnn4 has no plan');
  const random = createRandom(1);
  const state = initialState(plan.value, initialise(plan.value, random));
  const batch = noise(random.normal);
  const step = async ({ openTraining }: Engine): Promise<readonly Tensors[]> => {
    const session = await openTraining(plan.value, options, state);
    await session.step(batch, { learningRate: 1e-3, averageWeight: 1, dropoutSeed: 1 });
    const { firstMoment, buffers } = session.state();
    await session.close();
    return [firstMoment, buffers];
  };
  const [found, again, expected] = [await step(engine), await step(engine), await step(trusted)];
  return {
    difference: Math.max(...expected.map((part, i) => farthest(found[i]!, part))),
    repeats: found.every((part, i) => farthest(again[i]!, part) === 0),
  };
}

/** The second clip is shorter than the first. */
function noise(normal: () => number): Batch {
  const mask = Float32Array.from({ length: batchSize * frames }, (_, i) =>
    Number(i < 2 * frames - 7),
  );
  return {
    mask,
    x: Float32Array.from({ length: batchSize * bands * frames }, (_, i) => {
      const clip = Math.floor(i / (bands * frames));
      return normal() * mask[clip * frames + (i % frames)]!;
    }),
    target: Float32Array.from({ length: batchSize * classes }, (_, i) =>
      Number(i % (classes + 1) === 0),
    ),
    weight: new Float32Array(batchSize).fill(1),
  };
}

function farthest(found: Tensors, expected: Tensors): number {
  let worst = 0;
  for (const [name, { data }] of Object.entries(expected)) {
    let [difference, size] = [0, 0];
    for (const [i, value] of data.entries()) {
      const off = Math.abs(found[name]!.data[i]! - value);
      difference = Number.isNaN(off) ? Number.POSITIVE_INFINITY : Math.max(difference, off);
      size = Math.max(size, Math.abs(value));
    }
    worst = Math.max(worst, size === 0 ? difference : difference / size);
  }
  return worst;
}
