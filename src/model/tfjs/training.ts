import type { State, TrainingOptions, TrainingSession } from '../engine.ts';
import type { ModelPlan } from '../language/model-plan.ts';
import { type Flat, flatten } from '../onnx/flat.ts';
import { type StateName, stateNames } from '../onnx/training-graph.ts';
import type { TensorFlow } from './tensorflow.ts';
import { trainingStep, type Vectors } from './training-step.ts';

/**
 * Opens a training session on TensorFlow.js that goes on from `state`. Batches and dropout are the
 * numbers that ONNX Runtime would be given, and the state means the same, so a checkpoint of one
 * engine continues on the other. The same state, batches and options give the same bits on the same
 * backend, with the same number of threads, on the same class of processor.
 */
export async function openTraining(
  tf: TensorFlow,
  plan: ModelPlan,
  options: TrainingOptions,
  state: State,
): Promise<TrainingSession> {
  const [weights, statistics] = [flatten(plan.parameters), flatten(plan.buffers)];
  const layoutOf = (name: StateName): Flat =>
    name === 'buffers' || name === 'averageBuffers' ? statistics : weights;
  const decayed = tf.tensor1d(weights.spread((i) => Number(plan.parameters[i]!.decay)));
  let step = state.step;
  let vectors = Object.fromEntries(
    stateNames.map((name) => [name, tf.tensor1d(layoutOf(name).pack(state[name]))]),
  ) as Vectors;

  return {
    async step(batch, stepOptions) {
      const inputs = { batch, options: stepOptions, number: step + 1, vectors, decayed };
      const { loss, norm, logits, ...made } = tf.tidy(() => {
        const stepped = trainingStep(tf, plan, options, inputs);
        // What a step passes on as it was is a tensor of its own, too: the old ones go.
        const own = Object.entries(stepped.vectors).map(([name, value]) => [name, tf.clone(value)]);
        return { ...stepped, vectors: Object.fromEntries(own) as Vectors };
      });
      tf.dispose(Object.values(vectors));
      vectors = made.vectors;
      step++;
      const read = await Promise.all([loss.data(), norm.data(), logits.data()]);
      tf.dispose([loss, norm, logits]);
      const [lossValue, normValue, scores] = read;
      return { loss: lossValue[0]!, gradientNorm: normValue[0]!, logits: scores as Float32Array };
    },
    state() {
      const parts = stateNames.map((name) => [
        name,
        layoutOf(name).unpack(vectors[name].dataSync() as Float32Array),
      ]);
      return { ...Object.fromEntries(parts), step } as State;
    },
    async close() {
      tf.dispose([decayed, ...Object.values(vectors)]);
    },
  };
}
