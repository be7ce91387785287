import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { State, TrainableModel, TrainingOptions } from '../../../src/model/engine.ts';
import { sizeOf } from '../../../src/model/graph/shape.ts';
import { encodeModel } from '../../../src/model/onnx/encode-model.ts';
import { probeBlock } from '../../../src/model/onnx/probe-block.ts';
import { openSession, tensor } from '../../../src/model/onnx/session.ts';
import { stateLayouts, stateNames, trainingGraph } from '../../../src/model/onnx/training-graph.ts';
import { createRandom } from '../../../src/util/random.ts';
import { farthest } from '../graph/differentiated.ts';
import { cnn4, initialState, referenceCnn } from '../reference-models.ts';
import { tfjsDesigns, tfjsGradients } from '../tfjs-models.ts';

const test = suite('gradients of whole models');

const [bands, frames, classes] = [16, 24, 5];

interface Batch {
  readonly count: number;
  readonly x: Float32Array;
  readonly target: Float32Array;
}

function batchOf(count: number): Batch {
  const { normal } = createRandom(9);
  return {
    count,
    x: Float32Array.from({ length: count * bands * frames }, normal),
    target: Float32Array.from({ length: count * classes }, (_, i) =>
      Number(i % classes === Math.floor(i / classes)),
    ),
  };
}

/** Loss and gradients by name, from the graph that a training step runs. */
async function computed(model: TrainableModel, state: State, batch: Batch, block: number) {
  const options: TrainingOptions = {
    ...{ batchSize: batch.count, frames, weightDecay: 0, gradientClip: null },
    ...{ labelSmoothing: 0, focalGamma: 0 },
    optimiser: { kind: 'sgd', momentum: 0, nesterov: false },
  };
  const { graph } = trainingGraph(model, options, { masked: false });
  const layouts = stateLayouts(model);
  const numbers = (input: string, length: number): Float32Array => {
    if (input === 'x' || input === 'target') return batch[input];
    const name = stateNames.find((one) => one === input);
    // Weights, masks, rates and noise that drops nothing.
    return name ? layouts.get(name)!.pack(state[name]) : new Float32Array(length).fill(1);
  };
  const feeds = [...graph.inputs].map(
    ([input, { shape }]) => [input, tensor(numbers(input, sizeOf(shape)), shape)] as const,
  );
  const session = await openSession(encodeModel(graph, { block }), {
    ...{ threads: 1, constantFilters: false },
  });
  const found = await session.run(Object.fromEntries(feeds), ['loss', 'gradient']);
  await session.close();
  return {
    loss: (found['loss']!.data as Float32Array)[0]!,
    gradients: layouts.get('parameters')!.unpack(found['gradient']!.data as Float32Array),
  };
}

const block = await probeBlock();

for (const [name, model] of Object.entries({ reference: referenceCnn, cnn4 })) {
  for (const count of [1, 2]) {
    test(`${name}, batch ${count}: as TensorFlow.js in plain JavaScript`, async () => {
      const state = initialState(model(bands, classes), 5);
      const batch = batchOf(count);
      const oracle = tfjsGradients(tfjsDesigns[name as 'cnn4'], state.parameters, {
        ...{ ...batch, shape: [count, bands, frames] },
      });
      for (const blocks of new Set([0, block])) {
        const { loss, gradients } = await computed(model(bands, classes), state, batch, blocks);
        assert.ok(Math.abs(loss - oracle.loss) < 1e-6 * oracle.loss, `${loss}, ${oracle.loss}`);
        for (const [parameter, expected] of Object.entries(oracle.gradients)) {
          const error = farthest(gradients[parameter]!.data, expected);
          // Both sum thousands of float32 products, in different orders.
          assert.ok(error <= 5e-5, `${parameter} is off by ${error} in blocks of ${blocks}`);
        }
      }
    });
  }
}

test.run();
