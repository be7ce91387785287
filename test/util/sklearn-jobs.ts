import * as assert from 'uvu/assert';
import { classWeights, fitLogreg, predictLogreg } from '../../src/model/logreg.ts';
import { fitStandardiser, standardise } from '../../src/model/standardise.ts';
import { testParts } from '../../src/splits/schemes.ts';
import { stratifiedGroupKFold } from '../../src/splits/stratified-group-k-fold.ts';
import { stratifiedKFold } from '../../src/splits/stratified-k-fold.ts';
import { calibration } from '../../src/stats/calibration.ts';
import { classScores } from '../../src/stats/class-scores.ts';
import { confusionMatrix } from '../../src/stats/confusion.ts';
import { incompleteBeta } from '../../src/stats/incomplete-beta.ts';
import { newSpeakers } from '../../src/stats/intervals.ts';
import { quantile } from '../../src/stats/quantile.ts';
import { scores } from '../../src/stats/scores.ts';
import { studentQuantile } from '../../src/stats/student-t.ts';
import { oursPaired, type PairedJob, row } from './paired-jobs.ts';

/** A question that scikit-learn, SciPy or NumPy (test/conformance/sklearn/reference.py) also answers. */
export type Job =
  | PairedJob
  | { kind: 'scores'; truth: number[]; predicted: number[]; classes: number }
  | { kind: 'calibration'; truth: number[]; posterior: number[][] }
  | { kind: 'student'; p: number; df: number }
  | { kind: 'beta'; a: number; b: number; x: number }
  | { kind: 'quantile'; values: number[]; q: number }
  | { kind: 'speakers'; values: number[]; level: number }
  | { kind: 'stratified_k_fold'; labels: string[]; folds: number }
  | { kind: 'stratified_group_k_fold'; labels: string[]; groups: string[]; folds: number }
  | { kind: 'leave_one_group_out'; groups: string[] }
  | {
      kind: 'logreg';
      features: number[][];
      labels: number[];
      c: number;
      class_weights: 'none' | 'balanced';
    };

/**
 * How far apart two right answers may be, relative to values above 1. Counting and averaging differ
 * by summation order only; quantiles of t and temperatures are inverted to 1e-10; both regressions stop
 * at a gradient of 1e-12, which leaves 1e-8 in ill-conditioned weights. Folds are equal.
 */
const tolerance: Readonly<Record<Job['kind'], number>> = {
  scores: 1e-12,
  calibration: 1e-12,
  student: 1e-10,
  beta: 1e-12,
  quantile: 1e-15,
  speakers: 1e-10,
  stratified_k_fold: 0,
  stratified_group_k_fold: 0,
  leave_one_group_out: 0,
  logreg: 1e-8,
  ranks: 1e-12,
  temperature: 1e-10,
  permutation: 1e-12,
  mcnemar: 1e-12,
  wilcoxon: 1e-12,
  holm: 1e-15,
};

/** Our answer, in the shape of the reference's. */
function ours(job: Job): unknown {
  switch (job.kind) {
    case 'scores': {
      const confusion = confusionMatrix(job.truth, job.predicted, job.classes);
      const perClass = classScores(confusion);
      return {
        values: scores(confusion),
        per_class: perClass.map((c) => [c.precision, c.recall, c.f1, c.specificity, c.support]),
      };
    }
    case 'calibration': {
      const rows = job.truth.map((truth, i) => {
        const posterior = job.posterior[i]!;
        const predicted = posterior.indexOf(Math.max(...posterior));
        return row({ id: String(i), truth, predicted, posterior });
      });
      const { bins: _, ...values } = calibration(rows);
      return values;
    }
    case 'ranks':
    case 'temperature':
    case 'permutation':
    case 'mcnemar':
    case 'wilcoxon':
    case 'holm':
      return oursPaired(job);
    case 'student':
      return studentQuantile(job.p, job.df);
    case 'beta':
      return incompleteBeta(job.a, job.b, job.x);
    case 'quantile':
      return quantile(job.values, job.q);
    case 'speakers': {
      const { mean, low, high } = newSpeakers(job.values, job.level)!;
      return [mean, low, high];
    }
    case 'stratified_k_fold':
      return stratifiedKFold(job.labels, job.folds);
    case 'stratified_group_k_fold':
      return stratifiedGroupKFold(job.labels, job.groups, job.folds);
    case 'leave_one_group_out': {
      const clips = job.groups.map((speaker, i) => ({
        ...{ id: String(i), label: 'a', speaker, text: '', audio: '', source: '', corpus: '' },
      }));
      const parts = testParts(clips, {
        ...{ scheme: 'leave-one-speaker-out', folds: 2, groups: 'speaker', shuffle: false },
        ...{
          testFraction: 0.2,
          testSpeakers: [],
          trainOn: [],
          testOn: [],
          validationSpeakers: 0,
          seed: 0,
        },
      });
      return clips.map((clip) => parts.findIndex((part) => part.ids.includes(clip.id)));
    }
    case 'logreg': {
      const classes = Math.max(...job.labels) + 1;
      const dimensions = job.features[0]!.length;
      const rows = Float64Array.from(job.features.flat());
      const scaler = fitStandardiser(rows, dimensions);
      const features = standardise(rows, scaler);
      const fit = fitLogreg({
        ...{ features, dimensions, classes, labels: job.labels, c: job.c },
        classWeights: classWeights(job.labels, classes, job.class_weights),
      });
      return {
        mean: [...scaler.mean],
        scale: [...scaler.scale],
        weights: chunks(fit.weights, dimensions),
        intercepts: [...fit.intercepts],
        posteriors: chunks(features, dimensions).map((row) => predictLogreg(fit, row)),
      };
    }
  }
}

/** Fails where our answer and the reference's differ by more than the kind of job allows. */
export function compare(job: Job, reference: unknown): void {
  for (const { where, ours: a, theirs: b, difference } of differences(job, reference)) {
    assert.ok(difference <= tolerance[job.kind], `${where}: ${a} is not ${b}`);
  }
}

export interface Difference {
  /** `scores.values.kappa`; places in lists are left out. */
  readonly where: string;
  readonly ours: unknown;
  readonly theirs: unknown;
  /** Relative to values above 1; null and NaN are the same. */
  readonly difference: number;
}

/** Number by number, how far our answer is from the reference's. */
export function differences(job: Job, reference: unknown): readonly Difference[] {
  return walk(ours(job), reference, job.kind);
}

/** What recorded answers need where a value is new. */
const remake =
  'Teach test/conformance/sklearn/reference.py, then run: npm run conformance -- --prepare && .venv/bin/python test/golden/sklearn/make.py';

function walk(ours: unknown, theirs: unknown, where: string): readonly Difference[] {
  if (typeof ours === 'number') {
    const none = Number.isNaN(ours) && theirs === null;
    const apart =
      typeof theirs === 'number'
        ? Math.abs(ours - theirs) / Math.max(1, Math.abs(theirs))
        : Number.POSITIVE_INFINITY;
    return [{ where, ours, theirs, difference: none ? 0 : apart }];
  }
  const a = Object.entries(ours as object);
  const b = theirs as Record<string, unknown>;
  const keys = a.map(([key]) => key).sort();
  assert.equal(keys, Object.keys(b).sort(), `${where}: not the same keys. ${remake}`);
  const below = (key: string): string => (Array.isArray(ours) ? where : `${where}.${key}`);
  return a.flatMap(([key, value]) => walk(value, b[key], below(key)));
}

function chunks(values: Float64Array, size: number): number[][] {
  return Array.from({ length: values.length / size }, (_, i) => [
    ...values.subarray(i * size, (i + 1) * size),
  ]);
}
