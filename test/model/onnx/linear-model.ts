import type { Batch, State, TrainableModel, TrainingOptions } from '../../../src/model/engine.ts';

/** logits = W · mean over frames of x + b, with a running mean of the logits as its buffer. */
export const linearModel: TrainableModel = {
  input: { channels: 1, bands: 3, side: 0, classes: 2 },
  parameters: [
    { name: 'weight', shape: [2, 3], decay: true },
    { name: 'bias', shape: [2], decay: false },
  ],
  buffers: [{ name: 'seen', shape: [2] }],
  build(g, { x, parameter, buffer }) {
    const features = g.reshape(g.mean(x, [3]), [x.shape[0]!, 3]);
    const product = g.gemm(features, parameter('weight'), { transposeB: true });
    const logits = g.add(product, parameter('bias'));
    const seen = g.add(g.mul(buffer('seen'), 0.75), g.mul(g.mean(logits, [0]), 0.25));
    return { logits, bufferUpdates: new Map([['seen', seen]]) };
  },
};

/** The numbers of a state in float64: weight, bias. */
interface Numbers {
  parameters: number[];
  first: number[];
  second: number[];
  average: number[];
  seen: number[];
  averageSeen: number[];
  step: number;
}

const decayed = [1, 1, 1, 1, 1, 1, 0, 0];

export function numbersOf(state: State): Numbers {
  const both = (of: State['parameters']) => [...of['weight']!.data, ...of['bias']!.data];
  return {
    parameters: both(state.parameters),
    first: both(state.firstMoment),
    second: both(state.secondMoment),
    average: both(state.averageParameters),
    seen: [...state.buffers['seen']!.data],
    averageSeen: [...state.averageBuffers['seen']!.data],
    step: state.step,
  };
}

/** One step as the definitions of `engine.ts` say, in float64 and for one frame; returns the loss. */
export function stepByHand(
  state: Numbers,
  batch: Batch,
  {
    learningRate,
    averageWeight,
  }: { readonly learningRate: number; readonly averageWeight: number },
  { optimiser, weightDecay, gradientClip, labelSmoothing }: TrainingOptions,
): { readonly loss: number; readonly norm: number } {
  const size = batch.weight.length;
  const gradient = new Array<number>(8).fill(0);
  const total = batch.weight.reduce((a, b) => a + b, 0);
  const means = [0, 0];
  let loss = 0;
  for (let i = 0; i < size; i++) {
    const x = [...batch.x.subarray(i * 3, i * 3 + 3)];
    const logits = [0, 1].map(
      (k) =>
        x.reduce((sum, value, j) => sum + value * state.parameters[k * 3 + j]!, 0) +
        state.parameters[6 + k]!,
    );
    const norm = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    for (const [k, logit] of logits.entries()) {
      means[k]! += logit / size;
      const t = (1 - labelSmoothing) * batch.target[i * 2 + k]! + labelSmoothing / 2;
      const share = batch.weight[i]! / total;
      loss -= share * t * (logit - norm);
      const slope = share * (Math.exp(logit - norm) - t);
      for (const [j, value] of x.entries()) gradient[k * 3 + j]! += slope * value;
      gradient[6 + k]! += slope;
    }
  }
  const norm = Math.hypot(...gradient);
  const scale = gradientClip === null ? 1 : Math.min(1, gradientClip / (norm + 1e-6));
  state.step++;
  for (const [i, raw] of gradient.entries()) {
    let g = raw * scale;
    let theta = state.parameters[i]!;
    const decay = weightDecay * decayed[i]!;
    if (optimiser.kind === 'adamw') {
      const [beta1, beta2] = optimiser.betas;
      theta -= learningRate * decay * theta;
      state.first[i] = beta1 * state.first[i]! + (1 - beta1) * g;
      state.second[i] = beta2 * state.second[i]! + (1 - beta2) * g * g;
      const first = state.first[i]! / (1 - beta1 ** state.step);
      const second = state.second[i]! / (1 - beta2 ** state.step);
      theta -= (learningRate * first) / (Math.sqrt(second) + optimiser.epsilon);
    } else {
      g += decay * theta;
      state.first[i] = optimiser.momentum * state.first[i]! + g;
      const along = optimiser.nesterov ? g + optimiser.momentum * state.first[i]! : state.first[i]!;
      theta -= learningRate * along;
    }
    state.parameters[i] = theta;
    state.average[i]! += averageWeight * (theta - state.average[i]!);
  }
  for (const k of [0, 1]) {
    state.seen[k] = 0.75 * state.seen[k]! + 0.25 * means[k]!;
    state.averageSeen[k]! += averageWeight * (state.seen[k]! - state.averageSeen[k]!);
  }
  return { loss, norm };
}
