import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../../src/util/random.ts';
import { compare, type Job } from '../../util/sklearn-jobs.ts';

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
};

const test = suite('numbers of scikit-learn, SciPy and NumPy');
const kinds = Object.keys(make) as Job['kind'][];
const jobs = kinds.flatMap((kind) => times(kind === 'logreg' ? 30 : 100, () => make[kind]()));

test('are ours on random inputs', () => {
  const python = process.env['AFFEKT_PYTHON'] ?? 'python3';
  const script = join(import.meta.dirname, 'reference.py');
  const { stdout, stderr, status } = spawnSync(python, [script], {
    input: JSON.stringify(jobs),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  assert.is(status, 0, stderr);
  const answers = JSON.parse(stdout) as unknown[];
  assert.is(answers.length, jobs.length);
  for (const [i, job] of jobs.entries()) compare(job, answers[i]);
});

test.run();
