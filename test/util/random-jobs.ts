import { createRandom } from '../../src/util/random.ts';
import type { Job } from './sklearn-jobs.ts';

const random = createRandom(604);
const times = <T>(n: number, make: (i: number) => T): T[] =>
  Array.from({ length: n }, (_, i) => make(i));
const between = (low: number, high: number): number => low + random.integer(high - low + 1);

function posterior(classes: number): number[] {
  const raw = times(classes, () => random.next() ** 3 + 1e-9);
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((value) => value / sum);
}

/** Every group and class occurs, so that both sides can split. */
function draw(n: number, kinds: number, prefix: string): string[] {
  return random.shuffle(times(n, (i) => `${prefix}${i < kinds ? i : random.integer(kinds)}`));
}

/** Posteriors that tie often: shares of small whole numbers. */
function coarse(classes: number): number[] {
  const raw = times(classes, () => random.integer(5));
  const sum = raw.reduce((a, b) => a + b, 0);
  return sum === 0 ? coarse(classes) : raw.map((value) => value / sum);
}

/** A class drawn by its chance, the posteriors raised to a power first. */
function drawClass(posterior: readonly number[], power: number): number {
  const raised = posterior.map((p) => p ** power);
  let left = random.next() * raised.reduce((a, b) => a + b, 0);
  const found = raised.findIndex((p) => {
    left -= p;
    return left < 0;
  });
  return Math.max(found, 0);
}

const make: Readonly<Record<Job['kind'], () => Job>> = {
  scores() {
    const classes = between(2, 9);
    const n = between(1, 200);
    const used = between(1, classes);
    return {
      kind: 'scores',
      classes,
      truth: times(n, () => random.integer(used)),
      predicted: times(n, () => random.integer(classes)),
    };
  },
  calibration() {
    const classes = between(2, 8);
    const n = between(5, 200);
    return {
      kind: 'calibration',
      truth: times(n, () => random.integer(classes)),
      posterior: times(n, () => posterior(classes)),
    };
  },
  student: () => ({ kind: 'student', p: 0.0005 + 0.999 * random.next(), df: between(1, 200) }),
  beta: () => ({
    kind: 'beta',
    a: 0.1 + 50 * random.next(),
    b: 0.1 + 50 * random.next(),
    x: random.next(),
  }),
  quantile: () => ({
    kind: 'quantile',
    values: times(between(1, 50), () => random.normal()),
    q: random.next(),
  }),
  speakers: () => ({
    kind: 'speakers',
    values: times(between(2, 30), () => random.next()),
    level: 0.5 + 0.49 * random.next(),
  }),
  stratified_k_fold() {
    const folds = between(2, 10);
    const labels = draw(between(60, 300), between(2, 9), 'c');
    return { kind: 'stratified_k_fold', labels, folds };
  },
  stratified_group_k_fold() {
    const folds = between(2, 6);
    const n = between(60, 300);
    return {
      kind: 'stratified_group_k_fold',
      labels: draw(n, between(2, 10), 'c'),
      groups: draw(n, between(folds, 25), 's'),
      folds,
    };
  },
  leave_one_group_out: () => ({
    kind: 'leave_one_group_out',
    groups: draw(between(20, 80), between(2, 15), ''),
  }),
  logreg() {
    const classes = between(2, 7);
    const d = between(2, 20);
    const labels = times(between(40, 200), (i) => (i < classes ? i : random.integer(classes)));
    return {
      kind: 'logreg',
      labels,
      features: labels.map((label) =>
        times(d, (j) => (j === label % d ? 1 : 0) + 2 * random.normal() - 30),
      ),
      c: 10 ** between(-2, 2),
      class_weights: random.next() < 0.5 ? 'none' : 'balanced',
    };
  },
  ranks() {
    const classes = between(2, 6);
    const used = between(1, classes);
    const n = between(1, 150);
    return {
      kind: 'ranks',
      truth: times(n, () => random.integer(used)),
      posterior: times(n, () => coarse(classes)),
    };
  },
  temperature() {
    const classes = between(2, 7);
    const rows = times(between(80, 200), () => posterior(classes));
    const power = 0.4 + 1.5 * random.next();
    return {
      kind: 'temperature',
      truth: rows.map((one) => drawClass(one, power)),
      posterior: rows,
      others: times(10, () => posterior(classes)),
    };
  },
  permutation() {
    const classes = between(2, 5);
    const n = between(20, 60);
    const seeds = between(1, 2);
    const units = draw(n, between(2, 7), 's');
    const truth = times(n, (i) => (i < classes ? i : random.integer(classes)));
    const guess = (right: number): number[] =>
      truth.map((label) => (random.next() < right ? label : random.integer(classes)));
    return {
      kind: 'permutation',
      ...{ truth, units, classes },
      a: times(seeds, () => guess(0.7)),
      b: times(seeds, () => guess(0.4)),
      metric: (['uar', 'accuracy', 'macro_f1'] as const)[random.integer(3)]!,
    };
  },
  mcnemar: () => ({ kind: 'mcnemar', b: between(0, 300), c: between(0, 300) }),
  wilcoxon() {
    const differences =
      random.next() < 0.5
        ? times(between(2, 9), () => between(-4, 4))
        : times(between(3, 40), () => random.normal() + 0.5);
    return { kind: 'wilcoxon', differences };
  },
  holm: () => ({
    kind: 'holm',
    p: times(between(1, 12), () => Math.round(1000 * random.next() ** 3) / 1000),
  }),
};

/** Kinds whose references take long. */
const few: Readonly<Partial<Record<Job['kind'], number>>> = { logreg: 30, permutation: 40 };

/** Many jobs of every kind, always the same ones. */
export function randomJobs(): readonly Job[] {
  const kinds = Object.keys(make) as Job['kind'][];
  return kinds.flatMap((kind) => times(few[kind] ?? 100, () => make[kind]()));
}
