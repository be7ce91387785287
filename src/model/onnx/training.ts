import { createRandom } from '../../util/random.ts';
import type {
  Batch,
  Runtime,
  State,
  StepOptions,
  TrainableModel,
  TrainingOptions,
  TrainingSession,
} from '../engine.ts';
import { sizeOf } from '../graph/shape.ts';
import type { Shape } from '../graph/value.ts';
import { encodeModel } from './encode-model.ts';
import { ratesAt } from './optimiser.ts';
import { probeBlock } from './probe-block.ts';
import { openSession, type Tensors, tensor } from './session.ts';
import { renewed, stateLayouts, stateNames, trainingGraph } from './training-graph.ts';

/**
 * Opens a training session on ONNX Runtime that goes on from `state`. Steps are bit-reproducible:
 * the same state, batches and options give the same bits with the same number of threads on the
 * same class of processor.
 */
export async function openTraining(
  model: TrainableModel,
  options: TrainingOptions,
  state: State,
  { threads, device = 'cpu' }: Runtime,
): Promise<TrainingSession> {
  // Blocked kernels are the processor's.
  const block = device === 'cpu' ? await probeBlock() : 0;
  const compile = async (masked: boolean) => {
    const { graph, noise } = trainingGraph(model, options, { masked });
    const bytes = encodeModel(graph, { block });
    const session = await openSession(bytes, { threads, device, constantFilters: false });
    return { graph, noise, session };
  };
  // Without padding a step need not look at masks, which saves one part in twenty.
  const compiled = new Map<boolean, Awaited<ReturnType<typeof compile>>>();
  const layouts = stateLayouts(model);
  const fetch = ['loss', 'gradientNorm', 'logits', ...[...layouts.keys()].map(renewed)];

  let step = state.step;
  let vectors: Tensors = Object.fromEntries(
    [...layouts].map(([name, flat]) => [name, tensor(flat.pack(state[name]), [flat.length])]),
  );

  return {
    async step(batch, stepOptions) {
      const masked = batch.mask.some((value) => value !== 1);
      const { graph, noise, session } = compiled.get(masked) ?? (await compile(masked));
      compiled.set(masked, { graph, noise, session });
      const rates = ratesAt(step + 1, stepOptions.learningRate, options);
      const numbers = { ...feeds(batch, stepOptions, noise), ...scalars(rates) };
      const inputs = Object.entries(numbers)
        // The graph of batches without padding has no mask.
        .filter(([name]) => graph.inputs.has(name))
        .map(([name, data]) => [name, tensor(data, graph.inputs.get(name)!.shape)] as const);
      const found = await session.run({ ...Object.fromEntries(inputs), ...vectors }, fetch);
      vectors = Object.fromEntries(
        [...layouts.keys()].map((name) => [name, found[renewed(name)]!]),
      );
      step++;
      return {
        loss: numbersOf(found, 'loss')[0]!,
        gradientNorm: numbersOf(found, 'gradientNorm')[0]!,
        logits: numbersOf(found, 'logits'),
      };
    },
    state() {
      const parts = stateNames.map((name) => [
        name,
        layouts.get(name)?.unpack(numbersOf(vectors, name)) ?? {},
      ]);
      return { ...Object.fromEntries(parts), step } as State;
    },
    async close() {
      for (const { session } of compiled.values()) await session.close();
    },
  };
}

function feeds(
  batch: Batch,
  { averageWeight, dropoutSeed }: StepOptions,
  noise: ReadonlyMap<string, Shape>,
): Readonly<Record<string, Float32Array>> {
  const random = createRandom(dropoutSeed);
  const uniform = (shape: Shape): Float32Array => {
    const numbers = new Float32Array(sizeOf(shape));
    for (let i = 0; i < numbers.length; i++) numbers[i] = random.next();
    return numbers;
  };
  return {
    ...{ x: batch.x, mask: batch.mask, target: batch.target, weight: batch.weight },
    ...(batch.side ? { side: batch.side } : {}),
    ...scalars({ averageWeight }),
    ...Object.fromEntries([...noise].map(([name, shape]) => [name, uniform(shape)])),
  };
}

function scalars(values: Readonly<Record<string, number>>): Readonly<Record<string, Float32Array>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Float32Array.of(value)]),
  );
}

function numbersOf(tensors: Tensors, name: string): Float32Array {
  return tensors[name]!.data as Float32Array;
}
