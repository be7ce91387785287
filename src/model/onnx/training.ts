import { createRandom } from '../../util/random.ts';
import type {
  Batch,
  State,
  StepOptions,
  StepResult,
  TrainableModel,
  TrainingOptions,
  TrainingSession,
} from '../engine.ts';
import { sizeOf } from '../graph/shape.ts';
import { encodeModel } from './encode-model.ts';
import { type Flat, flatten } from './flat.ts';
import { ratesAt } from './optimiser.ts';
import { openSession, probeBlock, type Tensors, tensor } from './session.ts';
import { renewed, type StateName, stateNames, trainingGraph } from './training-graph.ts';

/**
 * Opens a training session on ONNX Runtime that goes on from `state`. Steps are bit-reproducible:
 * the same state, batches and options give the same bits with the same number of threads on the
 * same class of processor.
 */
export async function openTraining(
  model: TrainableModel,
  options: TrainingOptions,
  state: State,
  { threads }: { readonly threads: number },
): Promise<TrainingSession> {
  const { graph, noise } = trainingGraph(model, options);
  const session = await openSession(encodeModel(graph, { block: await probeBlock() }), {
    threads,
    constantFilters: false,
  });
  const layout = { parameters: flatten(model.parameters), buffers: flatten(model.buffers) };
  const layoutOf = (name: StateName): Flat =>
    name.endsWith('buffers') ? layout.buffers : layout.parameters;
  const shapeOf = (input: string): readonly number[] => graph.inputs.get(input)!.shape;

  let step = state.step;
  let vectors: Tensors = Object.fromEntries(
    stateNames.map((name) => {
      const flat = layoutOf(name);
      return [name, tensor(flat.pack(state[fieldOf[name]]), [flat.length])];
    }),
  );
  const fetch = ['loss', 'gradient_norm', 'logits', ...stateNames.map(renewed)];

  return {
    async step(batch: Batch, { learningRate, averageWeight, dropoutSeed }: StepOptions) {
      const rates = ratesAt(step + 1, learningRate, options);
      const scalars = { ...rates, average_weight: averageWeight };
      const random = createRandom(dropoutSeed);
      const feeds: Record<string, Float32Array> = {
        ...{ x: batch.x, mask: batch.mask, target: batch.target, weight: batch.weight },
        ...(batch.side ? { side: batch.side } : {}),
      };
      for (const [name, value] of Object.entries(scalars)) feeds[name] = Float32Array.of(value);
      for (const [name, shape] of noise) {
        const uniform = new Float32Array(sizeOf(shape));
        for (let i = 0; i < uniform.length; i++) uniform[i] = random.next();
        feeds[name] = uniform;
      }
      const tensors = Object.entries(feeds)
        // What a model does not read is no input of its graph.
        .filter(([name]) => graph.inputs.has(name))
        .map(([name, data]) => [name, tensor(data, shapeOf(name))] as const);
      const found = await session.run({ ...Object.fromEntries(tensors), ...vectors }, fetch);
      vectors = Object.fromEntries(stateNames.map((name) => [name, found[renewed(name)]!]));
      step++;
      return {
        loss: numbers(found, 'loss')[0]!,
        gradientNorm: numbers(found, 'gradient_norm')[0]!,
        logits: numbers(found, 'logits'),
      } satisfies StepResult;
    },
    state() {
      const unpacked = stateNames.map((name) => [
        fieldOf[name],
        layoutOf(name).unpack(numbers(vectors, name)),
      ]);
      return { ...Object.fromEntries(unpacked), step } as State;
    },
    close: () => session.close(),
  };
}

const fieldOf: Readonly<Record<StateName, Exclude<keyof State, 'step'>>> = {
  parameters: 'parameters',
  first_moment: 'firstMoment',
  second_moment: 'secondMoment',
  buffers: 'buffers',
  average_parameters: 'averageParameters',
  average_buffers: 'averageBuffers',
};

function numbers(tensors: Tensors, name: string): Float32Array {
  return tensors[name]!.data as Float32Array;
}
