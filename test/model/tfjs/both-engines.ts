import type {
  Batch,
  State,
  StepOptions,
  StepResult,
  TrainingOptions,
  TrainingSession,
} from '../../../src/model/engine.ts';
import type { Block } from '../../../src/model/language/block.ts';
import { initialise } from '../../../src/model/language/initialise.ts';
import type { ModelPlan } from '../../../src/model/language/model-plan.ts';
import { planModel } from '../../../src/model/language/plan-model.ts';
import { trainable } from '../../../src/model/lower/lower-model.ts';
import { openTraining as openOnnx } from '../../../src/model/onnx/training.ts';
import { openTraining as openTfjs } from '../../../src/model/tfjs/training.ts';
import { initialState } from '../../../src/model/train/initial-state.ts';
import { createRandom } from '../../../src/util/random.ts';
import { farthest } from '../graph/differentiated.ts';
import { tf } from '../tfjs.ts';

export const classes = 5;

export function planOf(
  model: string | readonly Block[],
  bands = 16,
  side = 0,
  channels = 1,
): ModelPlan {
  const planned = planModel(model, { channels, bands, side, classes });
  if (!planned.ok) throw new Error(JSON.stringify(planned.error));
  return planned.value;
}

export function startOf(plan: ModelPlan): State {
  return initialState(plan, initialise(plan, createRandom(4)));
}

/** Noise in clips of these lengths, padded with zeros to `frames`. */
export function batchOf(
  { input: { channels, bands, side } }: ModelPlan,
  lengths: readonly number[],
  frames: number,
  seed = 9,
): Batch {
  const { normal } = createRandom(seed);
  const count = lengths.length;
  const mask = Float32Array.from({ length: count * frames }, (_, i) =>
    Number(i % frames < lengths[Math.floor(i / frames)]!),
  );
  return {
    x: Float32Array.from({ length: count * channels * bands * frames }, (_, i) => {
      const clip = Math.floor(i / (channels * bands * frames));
      return normal() * mask[clip * frames + (i % frames)]!;
    }),
    mask,
    ...(side > 0 && { side: Float32Array.from({ length: count * side }, normal) }),
    target: Float32Array.from({ length: count * classes }, (_, i) =>
      Number(i % classes === Math.floor(i / classes) % classes),
    ),
    weight: Float32Array.from({ length: count }, (_, i) => 1 / (i + 1)),
  };
}

interface Trained {
  readonly results: readonly StepResult[];
  readonly state: State;
}

/** The same steps on ONNX Runtime and on TensorFlow.js in plain JavaScript. */
export async function trainBoth(
  plan: ModelPlan,
  options: TrainingOptions,
  steps: readonly { readonly batch: Batch; readonly options: StepOptions }[],
): Promise<{ readonly onnx: Trained; readonly tfjs: Trained }> {
  const train = async (session: TrainingSession): Promise<Trained> => {
    const results: StepResult[] = [];
    for (const { batch, options: rates } of steps) results.push(await session.step(batch, rates));
    const state = session.state();
    await session.close();
    return { results, state };
  };
  const start = startOf(plan);
  return {
    onnx: await train(await openOnnx(trainable(plan), options, start, { threads: 1 })),
    tfjs: await train(await openTfjs(tf, plan, options, start)),
  };
}

const parts = [
  ...['parameters', 'buffers', 'firstMoment', 'secondMoment'],
  ...['averageParameters', 'averageBuffers'],
] as const satisfies readonly (keyof State)[];

/**
 * max |a − b| / max |b| of the worst tensor of a part of the state. Where max |b| is below a tenth of
 * what it is over all tensors of the part, that tenth stands for it: a gradient that a norm behind it
 * cancels is nothing but the rounding of what it was cancelled from.
 */
export function farthestOf(
  part: Exclude<keyof State, 'step'>,
  found: State,
  expected: State,
): { readonly error: number; readonly name: string } {
  const largest = (data: Float32Array): number =>
    data.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const tensors = Object.entries(expected[part]);
  const floor = Math.max(0, ...tensors.map(([, { data }]) => largest(data))) / 10;
  let worst = { error: 0, name: '' };
  for (const [name, { data }] of tensors) {
    const scale = Math.max(largest(data), floor);
    const error = (farthest(found[part][name]!.data, data) * (largest(data) || 1)) / (scale || 1);
    if (!(error <= worst.error)) worst = { error, name: `${part} ${name}` };
  }
  return worst;
}

export { parts };
