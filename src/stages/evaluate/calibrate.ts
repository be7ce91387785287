import type { MetricSet } from '../../artifacts/metrics.ts';
import { calibration } from '../../stats/calibration.ts';
import type { Scored } from '../../stats/predictions.ts';
import { applyTemperature, fitTemperature } from '../../stats/temperature.ts';
import { groupBy } from '../../util/group-by.ts';

type Calibration = MetricSet['calibration'];

/**
 * How far posteriors can be believed, as they are and after temperature scaling. The temperature of a
 * model is fitted on the validation clips of its own fold and seed: pooled over folds they are the clips
 * that other folds are scored on.
 */
export function calibrate(
  test: readonly Scored[],
  validation: readonly Scored[] | null,
): Calibration {
  const raw = calibration(test);
  if (validation === null) {
    return refuse(raw, 'the validation clips are the ones scored here');
  }
  const modelOf = ({ fold, seed }: Scored): string => `${fold} ${seed}`;
  const fits = groupBy(validation, modelOf);
  const models = [...groupBy(test, modelOf)].map(([model, rows]) => {
    const own = fits.get(model) ?? [];
    const [fold = 0, seed = 0] = model.split(' ').map(Number);
    return { fold, seed, rows, validation: own };
  });
  if (validation.length === 0) {
    return refuse(raw, 'no fold has validation clips (split.validation_speakers sets some aside)');
  }
  const without = models.find((model) => model.validation.length === 0);
  if (without !== undefined) {
    return refuse(raw, `fold ${without.fold}, seed ${without.seed} has no validation clips`);
  }
  const fitted = models.map(({ fold, seed, rows, validation: own }) => {
    const fit = fitTemperature(own);
    return {
      line: { fold, seed, clips: new Set(own.map(({ id }) => id)).size, ...fit },
      scaled: rows.map((row) => ({
        ...row,
        posterior: applyTemperature(row.posterior, fit.temperature),
      })),
    };
  });
  return {
    ...raw,
    scaled: {
      ...calibration(fitted.flatMap(({ scaled }) => scaled)),
      temperatures: fitted
        .map(({ line }) => line)
        .sort((a, b) => a.seed - b.seed || a.fold - b.fold),
    },
    scaled_refused: null,
  };
}

function refuse(raw: ReturnType<typeof calibration>, reason: string): Calibration {
  return { ...raw, scaled: null, scaled_refused: reason };
}
