import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ask, type Study, samplers } from '../../src/search/ask.ts';
import { gridPoints } from '../../src/search/grid.ts';
import { readSpace } from '../../src/search/read-space.ts';
import { isActive, numberOf, type Point, type Space, valuesOf } from '../../src/search/space.ts';
import type { Trial } from '../../src/search/trial.ts';
import { createRandom } from '../../src/util/random.ts';

const test = suite('asking for the next point');

const { space } = readSpace({
  lr: { float: [1e-5, 1e-1], log: true },
  drop: { float: [0, 0.6], step: 0.2 },
  batch: { int: [8, 64], log: true },
  bands: { int: [40, 128], step: 24 },
  net: ['plain', 'wide'],
  width: { int: [1, 4], when: { net: 'wide' } },
});

const study = (sampler: Study['sampler'], parallel = 1, searched: Space = space): Study => ({
  space: searched,
  sampler,
  direction: 'minimise',
  seed: 7,
  parallel,
});

/** A grid holds no range without a step, and here no long one: each of its trials lists all points. */
const searchedBy = (sampler: Study['sampler']): Space =>
  sampler === 'grid' ? space.filter(({ name }) => !['lr', 'batch'].includes(name)) : space;

/** Peaks within the space, so that there is something to find. */
function loss({ lr = 1, drop = 1, net = 0, width = 0 }: Point): number {
  return (Math.log10(lr) + 3) ** 2 + (drop - 0.2) ** 2 + net * 0.1 + 0.05 * (width - 2) ** 2;
}

/** Every seventh trial is pruned and every eleventh fails. */
function settle(number: number, point: Point): Trial {
  if (number % 11 === 10) return { number, state: 'failed', point };
  const value = loss(point);
  if (number % 7 === 6) return { number, state: 'pruned', point, reports: [{ step: 1, value }] };
  return { number, state: 'complete', point, value };
}

/** Runs at most `jobs` trials at once; which of them ends next is up to `order`. */
function sweep(of: Study, trials: number, jobs: number, order: number): readonly Point[] {
  const random = createRandom(order);
  const points: Point[] = [];
  const settled = new Map<number, Trial>();
  const running: number[] = [];
  while (settled.size < trials) {
    const next = points.length;
    // What a trial may see must have ended: a full house and an early trial both mean waiting.
    const ready = [...Array(Math.max(0, next - of.parallel + 1)).keys()].every((n) =>
      settled.has(n),
    );
    if (next < trials && running.length < jobs && ready) {
      const before = points.map(
        (point, number): Trial => settled.get(number) ?? { number, state: 'running', point },
      );
      points.push(ask(of, random.shuffle(before), next) ?? {});
      running.push(next);
      continue;
    }
    const [number = 0] = running.splice(random.integer(running.length), 1);
    settled.set(number, settle(number, points[number]!));
  }
  return points;
}

test('every sampler stays within the space, with exactly the parameters that are active', () => {
  for (const sampler of samplers) {
    const searched = searchedBy(sampler);
    const points = sweep(study(sampler, 1, searched), 60, 1, 0);
    for (const point of points) {
      for (const parameter of searched) {
        const number = point[parameter.name];
        assert.is(number !== undefined, isActive(searched, parameter, point), sampler);
        if (number === undefined) continue;
        const value = valuesOf(searched, point)[parameter.name];
        assert.is(numberOf(parameter.dimension, value), number, `${sampler} ${parameter.name}`);
      }
    }
    const different = new Set(points.map((point) => JSON.stringify(point)));
    assert.ok(different.size > 50, `${sampler}: ${different.size} different points`);
  }
});

test('the sequence is the same with any number of jobs and in any order of ending', () => {
  for (const sampler of samplers) {
    const of = study(sampler, 4, searchedBy(sampler));
    const alone = sweep(of, 60, 1, 1);
    for (const [jobs, order] of [
      [2, 2],
      [3, 3],
      [4, 4],
      [4, 5],
    ] as const) {
      assert.equal(sweep(of, 60, jobs, order), alone, `${sampler}, ${jobs} jobs`);
    }
  }
});

test('a trial does not depend on what it must not see; of what it may, tpe makes use', () => {
  for (const sampler of samplers) {
    const of = study(sampler, 4, searchedBy(sampler));
    const trials = sweep(of, 40, 1, 1).map((point, number) => settle(number, point));
    const told = ask(of, trials, 40);
    const change = (changed: number): readonly Trial[] =>
      trials.map((trial) =>
        trial.number > changed ? { ...trial, state: 'complete', value: -9 } : trial,
      );
    assert.equal(ask(of, change(36), 40), told, sampler);
    if (sampler === 'tpe') assert.not.equal(ask(of, change(30), 40), told);
  }
});

test('trials in which nothing was found do not stop a search', () => {
  for (const sampler of samplers) {
    const of = study(sampler, 1, searchedBy(sampler));
    const points = sweep(of, 20, 1, 1);
    for (const trials of [
      points.map((point, number): Trial => ({ number, state: 'failed', point })),
      points.map((point, number): Trial => ({ number, state: 'complete', point, value: NaN })),
      points.map((point, number): Trial => ({ number, state: 'pruned', point, reports: [] })),
    ]) {
      assert.ok(ask(of, trials, 20), `${sampler}, ${trials[0]?.state}`);
    }
  }
});

test('more trials continue the sequence; another seed gives another', () => {
  for (const sampler of samplers) {
    const of = study(sampler, 1, searchedBy(sampler));
    assert.equal(sweep(of, 50, 1, 1).slice(0, 25), sweep(of, 25, 1, 1), sampler);
    assert.not.equal(sweep({ ...of, seed: 8 }, 25, 1, 1), sweep(of, 25, 1, 1), sampler);
  }
});

test('a grid holds every combination once and ends', () => {
  const searched = space.filter(({ name }) => !['lr', 'batch'].includes(name));
  // 4 dropouts × 4 bands × (plain + wide with 4 widths)
  const all = gridPoints(searched) ?? [];
  assert.is(all.length, 4 * 4 * 5);
  const asked = all.map((_, n) => ask(study('grid', 1, searched), [], n));
  const sorted = (points: readonly unknown[]): readonly string[] =>
    points.map((point) => JSON.stringify(point)).sort();
  assert.equal(sorted(asked), sorted(all));
  assert.is(ask(study('grid', 1, searched), [], all.length), undefined);
  assert.is(gridPoints(space), undefined, 'a float without a step cannot be enumerated');
});

test('first draws of neighbouring trials are even and do not hang together', () => {
  const { space: unit } = readSpace({ x: { float: [0, 1] } });
  const xs = Array.from(
    { length: 4000 },
    (_, n) => ask(study('random', 1, unit), [], n)?.['x'] ?? 2,
  );
  const sorted = [...xs].sort((a, b) => a - b);
  const gap = Math.max(...sorted.map((x, i) => Math.abs(x - (i + 0.5) / xs.length)));
  // Kolmogorov–Smirnov: 1.95 / √n is exceeded once in a thousand.
  assert.ok(gap < 1.95 / Math.sqrt(xs.length), `distance ${gap}`);
  const products = xs.slice(1).map((x, i) => (x - 0.5) * (xs[i]! - 0.5) * 12);
  const correlation = products.reduce((a, b) => a + b, 0) / products.length;
  assert.ok(Math.abs(correlation) < 3.3 / Math.sqrt(xs.length), `correlation ${correlation}`);
});

test.run();
