import type { TrainingOptions } from '../../model/engine.ts';
import type { Averaging } from '../../model/train/fit.ts';
import type { Schedule } from '../../model/train/schedule.ts';
import type { TrainingParams } from './training-params.ts';

// Params of a spec in the words of src/model.

/** Of one optimiser step. */
export function stepOptions(params: TrainingParams): TrainingOptions {
  const [first = 0, second = 0] = params.betas;
  return {
    batchSize: params.batch_size,
    frames: params.crop_frames,
    weightDecay: params.weight_decay,
    gradientClip: params.gradient_clip,
    labelSmoothing: params.label_smoothing,
    focalGamma: params.focal_gamma,
    optimiser:
      params.optimiser === 'adamw'
        ? { kind: 'adamw', betas: [first, second], epsilon: 1e-8 }
        : { kind: 'sgd', momentum: params.momentum, nesterov: params.nesterov },
  };
}

export function scheduleOf({ schedule }: TrainingParams): Schedule {
  const { kind, warmup, div, final_div, factor, patience } = schedule;
  switch (kind) {
    case 'one_cycle':
      return { kind, warmup, div, finalDiv: final_div };
    case 'plateau':
      return { kind, factor, patience };
    default:
      return { kind };
  }
}

export function averagingOf({ ema, swa }: TrainingParams): Averaging {
  if (swa !== null) return { kind: 'swa', start: swa };
  return ema === null ? { kind: 'none' } : { kind: 'ema', decay: ema };
}
