import { holm } from '../../src/stats/holm.ts';
import { mcnemar } from '../../src/stats/mcnemar.ts';
import type { MetricName } from '../../src/stats/metrics/index.ts';
import { permutationTest } from '../../src/stats/permutation.ts';
import type { Scored } from '../../src/stats/predictions.ts';
import { applyTemperature, fitTemperature } from '../../src/stats/temperature.ts';
import { classRanks, tabulate, valuesOf } from '../../src/stats/values.ts';
import { wilcoxon } from '../../src/stats/wilcoxon.ts';
import { createRandom } from '../../src/util/random.ts';

/** A question that test/conformance/sklearn/paired.py also answers. */
export type PairedJob =
  | { kind: 'ranks'; truth: number[]; posterior: number[][] }
  | { kind: 'temperature'; truth: number[]; posterior: number[][]; others: number[][] }
  | {
      kind: 'permutation';
      truth: number[];
      /** Predictions per seed. */
      a: number[][];
      b: number[][];
      units: string[];
      classes: number;
      metric: MetricName;
    }
  | { kind: 'mcnemar'; b: number; c: number }
  | { kind: 'wilcoxon'; differences: number[] }
  | { kind: 'holm'; p: number[] };

/** A made-up prediction. */
export function row(own: Partial<Scored>): Scored {
  return {
    ...{ id: '', speaker: '', fold: 1, seed: 1, truth: 0, predicted: 0, posterior: [] },
    ...own,
  };
}

/** Our answer, in the shape of the reference's. */
export function oursPaired(job: PairedJob): unknown {
  switch (job.kind) {
    case 'ranks': {
      const rows = job.truth.map((truth, i) => row({ truth, posterior: job.posterior[i]! }));
      const table = tabulate(rows, job.posterior[0]!.length);
      const { roc_auc, average_precision } = valuesOf(table);
      const perClass = classRanks(table).map((one) => [one.roc_auc, one.average_precision]);
      return { roc_auc, average_precision, per_class: perClass };
    }
    case 'temperature': {
      const rows = job.truth.map((truth, i) => ({ truth, posterior: job.posterior[i]! }));
      const { temperature } = fitTemperature(rows);
      return {
        temperature,
        scaled: job.others.map((posterior) => applyTemperature(posterior, temperature)),
      };
    }
    case 'permutation': {
      const rows = (predictions: number[][]): Scored[] =>
        predictions.flatMap((own, s) =>
          own.map((predicted, i) =>
            row({
              id: `${i}`,
              speaker: job.units[i]!,
              seed: s + 1,
              truth: job.truth[i]!,
              predicted,
            }),
          ),
        );
      const { statistic, p } = permutationTest(rows(job.a), rows(job.b), {
        ...{ classes: job.classes, metric: job.metric },
        ...{ unit: ({ speaker }) => speaker, random: createRandom(1) },
      });
      return { statistic, p };
    }
    case 'mcnemar':
      return mcnemar(job.b, job.c);
    case 'wilcoxon':
      return wilcoxon(job.differences);
    case 'holm':
      return holm(job.p);
  }
}
