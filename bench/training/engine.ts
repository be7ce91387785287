import { createInterface } from 'node:readline';
import type { TrainingOptions } from '../../src/model/engine.ts';
import { initialise } from '../../src/model/language/initialise.ts';
import { planModel } from '../../src/model/language/plan-model.ts';
import { trainable } from '../../src/model/lower/lower-model.ts';
import { openTraining } from '../../src/model/onnx/training.ts';
import { initialState } from '../../src/model/train/initial-state.ts';
import { createRandom } from '../../src/util/random.ts';
import { referenceCnn, initialState as referenceState } from '../../test/model/reference-models.ts';

/**
 * affekt's side of the comparison; the protocol is that of peer.py.
 *
 *     node --import tsx bench/training/engine.ts reference|cnn4
 */
const bands = 64;
const classes = 5;

function chosen(name: string | undefined) {
  if (name === 'reference') {
    const model = referenceCnn(bands, classes);
    return { model, state: referenceState(model, 1), batchSize: 32, frames: 128 };
  }
  const plan = planModel('cnn4', { channels: 1, bands, side: 0, classes });
  if (!plan.ok) throw new Error(plan.error[0]?.message);
  const state = initialState(plan.value, initialise(plan.value, createRandom(1)));
  return { model: trainable(plan.value), state, batchSize: 16, frames: 96 };
}

const { model, state, batchSize, frames } = chosen(process.argv[2]);
const options: TrainingOptions = {
  ...{ batchSize, frames, weightDecay: 0.02, gradientClip: 2, labelSmoothing: 0.1, focalGamma: 0 },
  optimiser: { kind: 'adamw', betas: [0.9, 0.999], epsilon: 1e-8 },
};
const session = await openTraining(model, options, state, { threads: 1 });
const random = createRandom(1);
const batch = {
  x: Float32Array.from({ length: batchSize * bands * frames }, random.normal),
  mask: new Float32Array(batchSize * frames).fill(1),
  target: Float32Array.from({ length: batchSize * classes }, (_, i) =>
    Number(i % classes === Math.floor(i / classes) % classes),
  ),
  weight: new Float32Array(batchSize).fill(1),
};
let step = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const start = performance.now();
  const cpu = process.cpuUsage();
  for (let i = 0; i < Number(line); i++) {
    await session.step(batch, { learningRate: 1e-3, averageWeight: 0.01, dropoutSeed: step++ });
  }
  const { user, system } = process.cpuUsage(cpu);
  console.log((performance.now() - start) / 1000, (user + system) / 1e6);
}
await session.close();
