import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { percentileRule } from '../../src/search/prune/percentile.ts';
import { readSpace } from '../../src/search/read-space.ts';
import { type Ending, type SweepOptions, type SweptTrial, sweep } from '../../src/search/sweep.ts';
import { createRandom } from '../../src/util/random.ts';

const test = suite('sweeps');

const { space } = readSpace({
  lr: { float: [1e-5, 1e-1], log: true },
  bands: { int: [40, 128], step: 8 },
  net: ['plain', 'wide'],
  width: { int: [1, 4], when: { net: 'wide' } },
});

const folds = 4;

/** Four folds whose values hang on the point and the fold alone; one trial in nine breaks down. */
async function evaluate(
  trial: Parameters<SweepOptions['evaluate']>[0],
  pause: () => Promise<void>,
): Promise<Ending> {
  const { lr = 1e-3, bands = 64, width = 2 } = trial.point ?? {};
  const loss = (Math.log10(lr) + 3) ** 2 + (bands - 80) ** 2 / 1e3 + (width - 3) ** 2 / 10;
  const reports: { step: number; value: number }[] = [];
  for (let fold = 1; fold <= folds; fold++) {
    await pause();
    if (trial.number % 9 === 8) return { state: 'failed' };
    reports.push({ step: fold, value: loss * (1 + 0.1 * Math.sin(fold * 7 + bands)) });
    if (fold < folds && trial.shouldPrune(reports)) return { state: 'pruned', reports };
  }
  return { state: 'complete', reports, value: reports.reduce((sum, { value }) => sum + value, 0) };
}

const base = {
  study: { space, sampler: 'tpe', direction: 'minimise', seed: 3, parallel: 4 },
  trials: 40,
  start: { lr: 3e-3, bands: 64, net: 'plain' },
  prune: percentileRule({ startup: 3 }),
} as const;

/** Steps go on one at a time, `jobs` trials at once, the next one chosen by `order`. */
async function inOrder(order: number, jobs: number, trials = 40): Promise<readonly SweptTrial[]> {
  const random = createRandom(order);
  const waiting: { trial: number; go: () => void }[] = [];
  const busy = new Set<number>();
  const starting: { trial: number; go: () => void }[] = [];
  let over = false;
  const sweeping = sweep({
    ...base,
    trials,
    async evaluate(trial) {
      await new Promise<void>((go) => starting.push({ trial: trial.number, go }));
      const ending = await evaluate(
        trial,
        () => new Promise<void>((go) => waiting.push({ trial: trial.number, go })),
      );
      busy.delete(trial.number);
      return ending;
    },
  });
  void sweeping.then(() => {
    over = true;
  });
  while (!over) {
    // What follows from the last step happens in microtasks: they are through when a macrotask runs.
    await new Promise((resolve) => setImmediate(resolve));
    const next = busy.size < jobs ? starting.shift() : undefined;
    if (next !== undefined) {
      busy.add(next.trial);
      next.go();
    } else if (waiting.length > 0) {
      waiting.splice(random.integer(waiting.length), 1)[0]?.go();
    }
  }
  return sweeping;
}

test('the trials are the same with any number of jobs and in any order of steps', async () => {
  const alone = await inOrder(1, 1);
  assert.is(alone.length, 40);
  const states = new Set(alone.map(({ state }) => state));
  assert.equal([...states].sort(), ['complete', 'failed', 'pruned']);
  for (const [order, jobs] of [
    [2, 2],
    [3, 2],
    [4, 4],
    [5, 9],
  ] as const) {
    assert.equal(await inOrder(order, jobs), alone, `order ${order}, ${jobs} jobs`);
  }
  assert.equal(
    await inOrder(6, 4, 25),
    alone.slice(0, 25),
    'a longer sweep begins like a short one',
  );
});

test('replayed up to any trial that is not known yet, it asks for the same ones', async () => {
  const whole = await inOrder(1, 1);
  for (let known = 0; known < 40; known += 3) {
    const asked: number[] = [];
    void sweep({
      ...base,
      evaluate(trial) {
        asked.push(trial.number);
        const { point, sees } = whole[trial.number]!;
        assert.equal([trial.point, trial.sees], [point, sees]);
        // As in a plan: what is not in the cache never settles.
        return trial.number < known
          ? Promise.resolve(whole[trial.number]!)
          : new Promise<never>(() => undefined);
      },
    });
    await new Promise((resolve) => setImmediate(resolve));
    const expected = Array.from({ length: Math.min(known + 4, 40) }, (_, number) => number);
    assert.equal(asked, expected, `${known} trials known`);
  }
});

test('trial 0 is where to start from, also outside the space', async () => {
  const at = async (start: Readonly<Record<string, unknown>>): Promise<readonly SweptTrial[]> =>
    sweep({ ...base, start, evaluate: (trial) => evaluate(trial, () => Promise.resolve()) });
  assert.equal((await at(base.start))[0]?.point, { lr: 3e-3, bands: 64, net: 0 });
  const outside = await at({ lr: 1, bands: 64, net: 'plain' });
  assert.is(outside[0]?.point, undefined);
  assert.is(outside.length, 40);
});

test('a used up grid and too many failures end it', async () => {
  const grid = readSpace({ a: [1, 2], b: [1, 2, 3] }).space;
  const study = { ...base.study, sampler: 'grid', space: grid } as const;
  const done = async (): Promise<Ending> => ({ state: 'complete', value: 1 });
  const { start: _, ...rest } = base;
  assert.is((await sweep({ ...rest, study, evaluate: done })).length, 6);
  const failed = await sweep({
    ...base,
    mostFailed: 5,
    evaluate: async () => ({ state: 'failed' }),
  });
  // Four more run before the fifth failure is seen.
  assert.is(failed.length, 8);
});

test('an error in one trial is the error of the sweep', async () => {
  const broken = sweep({
    ...base,
    evaluate: async ({ number }) => {
      if (number === 2) throw new Error('trial 2 broke');
      return { state: 'complete', value: 1 };
    },
  });
  assert.is(await broken.catch((error: Error) => error.message), 'trial 2 broke');
});

test.run();
