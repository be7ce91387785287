import type { Tensor } from '@tensorflow/tfjs-core';
import type { Predictor, Tensors } from '../engine.ts';
import type { ModelPlan } from '../language/model-plan.ts';
import { inputOf } from './input.ts';
import { lowerPlan } from './lower-plan.ts';
import type { TensorFlow } from './tensorflow.ts';

/** softmax(logits) with the given weights, for examples of any size. */
export async function openPredictor(
  tf: TensorFlow,
  plan: ModelPlan,
  weights: { readonly parameters: Tensors; readonly buffers: Tensors },
): Promise<Predictor> {
  const tensors = (named: Tensors): ReadonlyMap<string, Tensor> =>
    new Map(
      Object.entries(named).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
    );
  const [parameters, buffers] = [tensors(weights.parameters), tensors(weights.buffers)];
  const finder = (named: ReadonlyMap<string, Tensor>) => (name: string) => {
    const found = named.get(name);
    if (!found) throw new Error(`there are no weights for ${name}`);
    return found;
  };
  const model = {
    ...{ parameter: finder(parameters), buffer: finder(buffers), training: false },
    noise: () => {
      throw new Error('a model that predicts asked for noise');
    },
  };
  return {
    async predict(examples, size) {
      const posteriors = tf.tidy(() => {
        const { logits } = lowerPlan(tf, plan, {
          ...inputOf(tf, plan.input, examples, size),
          ...model,
        });
        return tf.softmax(logits);
      });
      const numbers = (await posteriors.data()) as Float32Array;
      posteriors.dispose();
      return numbers;
    },
    async close() {
      tf.dispose([...parameters.values(), ...buffers.values()]);
    },
  };
}
