import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Epoch } from '../../../src/model/train/history.ts';
import { learningRate, type Schedule } from '../../../src/model/train/schedule.ts';

const test = suite('learning-rate schedules');

interface Golden {
  readonly peak: number;
  readonly one_cycle: readonly number[];
  readonly cosine: readonly number[];
  readonly losses: readonly number[];
  readonly plateau: readonly number[];
}
const file = join(import.meta.dirname, '../../golden/schedules/schedules.json');
const golden = JSON.parse(readFileSync(file, 'utf8')) as Golden;

const epochs = (losses: readonly number[]): Epoch[] =>
  losses.map((validationLoss, i) => ({
    epoch: i + 1,
    step: i + 1,
    ...{ learningRate: 0, trainLoss: 0, trainUar: 0, validationLoss, validationUar: 0 },
  }));

function check(name: string, expected: readonly number[], rate: (step: number) => number): void {
  for (const [step, value] of expected.entries()) {
    // Both are float64; PyTorch's cosine multiplies up from the rate before, so rounding adds up.
    const difference = Math.abs(rate(step) - value) / golden.peak;
    assert.ok(difference < 1e-12, `${name}, step ${step}: ${rate(step)}, not ${value}`);
  }
}

test('one_cycle and cosine are PyTorch’s', () => {
  const cycle: Schedule = { kind: 'one_cycle', warmup: 0.15, div: 10, finalDiv: 100 };
  check('one_cycle', golden.one_cycle, (step) => learningRate(cycle, golden.peak, step, 60, []));
  check('cosine', golden.cosine, (step) =>
    learningRate({ kind: 'cosine' }, golden.peak, step, 60, []),
  );
});

test('a warm-up of none, one or all steps has a finite rate at every step', () => {
  const rates = (warmup: number): number[] =>
    Array.from({ length: 8 }, (_, step) =>
      learningRate({ kind: 'one_cycle', warmup, div: 10, finalDiv: 100 }, 1, step, 8, []),
    );
  const one = rates(1 / 8);
  assert.is(one[0], 1);
  assert.ok(
    one.every((rate, i) => i === 0 || rate < one[i - 1]!),
    `${one}`,
  );
  // In float64 the two ends of a cosine are met to some ulp.
  assert.ok(Math.abs(rates(0).at(-1)! - 0.001) < 1e-15);
  assert.ok(Math.abs(rates(1).at(-1)! - 1) < 1e-15);
  for (const rate of [...rates(0), ...rates(1)]) assert.ok(rate > 0 && rate <= 1, `${rate}`);
});

test('plateau is PyTorch’s', () => {
  const schedule: Schedule = { kind: 'plateau', factor: 0.5, patience: 2 };
  check('plateau', golden.plateau, (step) =>
    learningRate(schedule, golden.peak, step, 60, epochs(golden.losses.slice(0, step))),
  );
});

test('a constant rate is constant', () => {
  assert.is(learningRate({ kind: 'constant' }, 0.1, 59, 60, []), 0.1);
});

test.run();
