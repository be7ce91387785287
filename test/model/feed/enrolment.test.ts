import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RowTable } from '../../../src/dsp/augment/crop.ts';
import { fitSpeakerSide } from '../../../src/model/feed/enrolment/speaker-side.ts';
import { fitSpeakerStatistics } from '../../../src/model/feed/enrolment/speaker-statistics.ts';
import { clipMoments, type Moments } from '../../../src/model/feed/moments.ts';
import { fitSide, sideOf } from '../../../src/model/feed/side.ts';
import { createRandom } from '../../../src/util/random.ts';
import { golden, speakers, worst } from '../../golden/feed/load.ts';

const test = suite('enrolment');

const rows = 16;
const clips = speakers();

/** Moments of a clip of frames × rows. */
function momentsOf(clip: Float32Array): Moments {
  const frames = clip.length / rows;
  const data = clip.map((_, i) => clip[(i % frames) * rows + Math.floor(i / frames)]!);
  return clipMoments({ data, at: 0, frames }, rows);
}

const moments = clips.map((own) => own.map(momentsOf));
const training = new Map(moments.slice(0, 5).map((own, s) => [`s${s}`, own]));
const fitted = () => fitSpeakerStatistics(training, rows, createRandom(1));

test('estimates from k clips are those of numpy', () => {
  const statistics = fitted();
  for (const [k, mean, deviation] of golden.enrolment.estimates) {
    const table = statistics.estimate(moments[5]!.slice(0, k));
    // Double precision on both sides; variances as differences of squares lose three digits.
    assert.ok(worst(table.mean, mean) < 1e-9, `mean of ${k}: ${worst(table.mean, mean)}`);
    assert.ok(worst(table.deviation, deviation) < 1e-9, `deviation of ${k}`);
  }
  const [mean, deviation] = golden.enrolment.average;
  const unheard = statistics.estimate([]);
  assert.ok(worst(unheard.mean, mean) < 1e-9);
  assert.ok(worst(unheard.deviation, deviation) < 1e-9);
  const whole = statistics.whole(moments[0]!);
  assert.ok(worst(whole.mean, golden.enrolment.whole[0]) < 1e-9);
  assert.ok(worst(whole.deviation, golden.enrolment.whole[1]) < 1e-9);
});

test('a training speaker has 6 tables of all clips and 36 of some', () => {
  const { tables, estimate, whole } = fitted();
  assert.equal([...tables.keys()], ['s0', 's1', 's2', 's3', 's4']);
  for (const [name, own] of tables) {
    const all = training.get(name)!;
    assert.is(own.length, 42);
    for (const table of own.slice(0, 6)) assert.equal(table, whole(all));
    const close = (a: RowTable, b: RowTable): boolean =>
      worst(a.mean, b.mean) < 1e-9 && worst(a.deviation, b.deviation) < 1e-9;
    // It has 8 clips: draws of 5 and 7 leave some out, those of 10 and more are all of them.
    const some = own.slice(6).filter((table) => !close(table, estimate(all)));
    assert.is(some.length, 12);
    assert.ok(new Set(some.map(({ mean }) => mean[0]!.toFixed(9))).size > 6);
  }
  assert.equal(fitted().tables, tables, 'the same generator, the same draws');
});

test('more clips draw the estimate from the average to the speaker', () => {
  const statistics = fitted();
  const own = statistics.whole(moments[5]!).mean;
  const off = (k: number): number => {
    const { mean } = statistics.estimate(moments[5]!.slice(0, k));
    return Math.hypot(...mean.map((value, i) => value - own[i]!));
  };
  assert.ok(off(8) < off(3) && off(3) < off(0), `${off(8)} ${off(3)} ${off(0)}`);
});

test('channels do not lend each other their offsets', () => {
  // A second channel: what is known of the first must be what it gives alone.
  const twice = (one: Moments): Moments => ({
    frames: one.frames,
    sum: Float64Array.of(...one.sum, ...one.sum.map(() => 0)),
    squares: Float64Array.of(...one.squares, ...one.squares.map(() => one.frames)),
  });
  const doubled = new Map([...training].map(([name, own]) => [name, own.map(twice)]));
  const enrolled = moments[5]!.slice(0, 3);
  const estimate = (bands: number): Float64Array =>
    fitSpeakerStatistics(doubled, bands, createRandom(1)).estimate(enrolled.map(twice)).mean;
  const [apart, joined] = [estimate(rows), estimate(2 * rows)];
  // All clips have the mean 0 in the second channel; it only halves the ridge of W, 2 % of its diagonal.
  assert.ok(worst(apart.subarray(0, rows), fitted().estimate(enrolled).mean) < 0.01);
  assert.ok([...apart.subarray(rows)].every((value) => value === 0));
  assert.ok(
    [...joined.subarray(rows)].some((value) => value !== 0),
    'as one axis they do',
  );
});

test('rows that never change, speakers of one clip and equal speakers stay finite', () => {
  const flat = { frames: 4, sum: new Float64Array(rows), squares: new Float64Array(rows) };
  for (const each of [1, 3]) {
    const same = new Map(['a', 'b'].map((name) => [name, Array<Moments>(each).fill(flat)]));
    const { estimate, tables } = fitSpeakerStatistics(same, rows, createRandom(1));
    for (const table of [estimate([flat]), ...tables.get('a')!]) {
      assert.ok(table.mean.every(Number.isFinite));
      assert.ok(table.deviation.every((value) => value > 0 && Number.isFinite(value)));
    }
  }
  assert.throws(() => fitSpeakerStatistics(new Map([['a', [flat]]]), rows, createRandom(1)), /two/);
});

const sideRows = clips.map((own) => own.map((clip) => clip.slice(0, 4)));
const sideTraining = new Map(sideRows.slice(0, 5).map((own, s) => [`s${s}`, own]));

test('functionals are relative to their speaker as numpy has it', () => {
  const side = fitSpeakerSide(sideTraining);
  const trained = side.training(sideRows[2]![1]!, 's2');
  // float32 results of size up to 4.
  assert.ok(worst(trained, golden.enrolment.trainingSide) < 1e-6);
  const enrolled = side.enrolled(sideRows[5]![5]!, sideRows[5]!.slice(0, 3));
  assert.ok(worst(enrolled, golden.enrolment.enrolledSide) < 1e-6);
  assert.throws(() => side.training(sideRows[0]![0]!, 's5'), /"s5" is no training speaker/);
  assert.throws(() => fitSpeakerSide(new Map([['a', sideRows[0]!]])), /two/);
  const none = side.enrolled(Float32Array.of(0, 0, 0, 99), []);
  assert.equal([...none], [0, 0, 0, 4]);
  const flat = [Float32Array.of(1), Float32Array.of(1)];
  const constant = fitSpeakerSide(
    new Map([
      ['a', flat],
      ['b', flat],
    ]),
  );
  assert.equal([...constant.training(Float32Array.of(1), 'a')], [0]);
  assert.equal([...constant.enrolled(Float32Array.of(1), flat)], [1]);
});

test('side numbers are z-scored by the training clips and held within 3', () => {
  const table = new Map([
    ['a', [0, 5, 1]],
    ['b', [2, 5, 3]],
    ['c', [40, 5, -40]],
    ['d', [1, 7, 2]],
  ]);
  const scaler = fitSide(table, ['a', 'b']);
  assert.equal([...sideOf(table, scaler, 'a')], [-1, 0, -1]);
  assert.equal([...sideOf(table, scaler, 'c')], [3, 0, -3]);
  assert.equal([...sideOf(table, scaler, 'd')], [0, 2, 0], 'a constant number has the scale 1');
  assert.throws(() => sideOf(table, scaler, 'x'), /no functionals of the clip "x"/);
});

test.run();
