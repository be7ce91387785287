import type { Epoch } from './history.ts';

/** How the learning rate moves over a training. */
export type Schedule =
  | { readonly kind: 'constant' }
  /** Half a cosine from the peak to 0. */
  | { readonly kind: 'cosine' }
  /**
   * Up along half a cosine from peak / div over the first `warmup` of all steps, then down along
   * another to peak / div / finalDiv. Smith & Topin 2018; `torch.optim.lr_scheduler.OneCycleLR`.
   */
  | {
      readonly kind: 'one_cycle';
      readonly warmup: number;
      readonly div: number;
      readonly finalDiv: number;
    }
  /**
   * Times `factor` whenever the validation loss has not fallen by 1e-4 of itself for more than
   * `patience` epochs. `torch.optim.lr_scheduler.ReduceLROnPlateau`.
   */
  | { readonly kind: 'plateau'; readonly factor: number; readonly patience: number };

/** From `a` at t = 0 to `b` at t = 1. */
function halfCosine(a: number, b: number, t: number): number {
  return b + ((a - b) / 2) * (1 + Math.cos(Math.PI * t));
}

/**
 * The learning rate of one optimiser step.
 *
 * @param step from 0 to `steps` - 1
 * @param history epochs that are over; only `plateau` looks at it
 */
export function learningRate(
  schedule: Schedule,
  peak: number,
  step: number,
  steps: number,
  history: readonly Epoch[],
): number {
  switch (schedule.kind) {
    case 'constant':
      return peak;
    case 'cosine':
      return halfCosine(peak, 0, step / steps);
    case 'one_cycle': {
      const { warmup, div, finalDiv } = schedule;
      const first = peak / div;
      const top = warmup * steps - 1;
      // A warm-up of one step is at the peak at once, where PyTorch divides by zero.
      if (step <= top) return top > 0 ? halfCosine(first, peak, step / top) : peak;
      return halfCosine(peak, first / finalDiv, (step - top) / (steps - 1 - top));
    }
    case 'plateau':
      return peak * schedule.factor ** plateaus(history, schedule.patience);
  }
}

/** How often the validation loss stood still for more than `patience` epochs. */
function plateaus(history: readonly Epoch[], patience: number): number {
  let best = Number.POSITIVE_INFINITY;
  let still = 0;
  let count = 0;
  for (const { validationLoss } of history) {
    if (validationLoss === null) continue;
    if (validationLoss < best * (1 - 1e-4)) {
      best = validationLoss;
      still = 0;
    } else if (++still > patience) {
      count++;
      still = 0;
    }
  }
  return count;
}
