import type { Predictor, Runtime, State, TrainingOptions, TrainingSession } from './engine.ts';
import type { ModelPlan } from './language/model-plan.ts';
import type { Weights } from './train/checkpoint.ts';

export interface EngineChoice extends Runtime {
  readonly engine: 'onnx' | 'tfjs';
  /** Of tfjs: where its native backend is installed; empty for plain JavaScript. */
  readonly folder: string;
}

/** What computes models, by whatever library. */
export interface Engine {
  openTraining(plan: ModelPlan, options: TrainingOptions, state: State): Promise<TrainingSession>;
  openPredictor(plan: ModelPlan, weights: Weights): Promise<Predictor>;
}

/** Loads an engine's library; nothing of the other's is. */
export async function openEngine({ engine, folder, ...runtime }: EngineChoice): Promise<Engine> {
  if (engine === 'onnx') {
    const [{ openTraining }, { openPredictor }, { trainable }] = await Promise.all([
      import('./onnx/training.ts'),
      import('./onnx/predictor.ts'),
      import('./lower/lower-model.ts'),
    ]);
    return {
      openTraining: (plan, options, state) =>
        openTraining(trainable(plan), options, state, runtime),
      openPredictor: (plan, weights) => openPredictor(trainable(plan), weights, runtime),
    };
  }
  const [{ openTraining }, { openPredictor }, { loadTensorFlow }] = await Promise.all([
    import('./tfjs/training.ts'),
    import('./tfjs/predictor.ts'),
    import('./tfjs/load.ts'),
  ]);
  const tf = await loadTensorFlow(folder, runtime);
  return {
    openTraining: (plan, options, state) => openTraining(tf, plan, options, state),
    openPredictor: (plan, weights) => openPredictor(tf, plan, weights),
  };
}
