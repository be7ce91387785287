import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { delta, deltaModes } from '../../../src/dsp/cepstrum/delta.ts';
import { createMfcc } from '../../../src/dsp/cepstrum/mfcc.ts';
import { createLogMel, type Matrix } from '../../../src/dsp/log-mel.ts';
import { made, melOptions } from '../../golden/features/load.ts';
import { golden, worstDifference } from '../../golden/librosa/load.ts';

const test = suite('cepstrum');

/** An array of librosa's, values × frames, as frames × values. */
function turned(name: string): Matrix {
  const { values, options } = made(name);
  const [bands = 0, frames = 0] = options.shape;
  const data = values.map((_, i) => values[(i % bands) * frames + Math.floor(i / bands)]!);
  return { data, frames, bands };
}

test('coefficients equal librosa.feature.mfcc', () => {
  for (const count of [13, 20, 40]) {
    const { values, options } = made(`mfcc_${count}`);
    const scale = { scale: 'db', topDb: 80 } as const;
    const mel = createLogMel({ ...melOptions(options), ...scale }).compute(golden('signal'));
    const lifter = Number(options['lifter']);
    const { data, bands } = createMfcc(mel.bands, { count, lifter })(mel);
    assert.is(bands, count);
    // librosa transforms in float32: 2^−24 of the first coefficient (600), lifted by up to 12.
    const worst = worstDifference(data, values, count);
    assert.ok(worst <= (lifter === 0 ? 1e-4 : 3e-4), `${count}: ${worst}`);
  }
});

test('all coefficients of a frame keep its length', () => {
  const frame = { data: Float32Array.of(3, -1, 4, 1, -5), frames: 1, bands: 5 };
  const { data } = createMfcc(5, { count: 5, lifter: 0 })(frame);
  const square = (values: Float32Array): number => values.reduce((sum, x) => sum + x * x, 0);
  assert.ok(Math.abs(square(data) - square(frame.data)) < 1e-5);
  assert.throws(() => createMfcc(5, { count: 6, lifter: 0 }), RangeError);
});

test('derivatives equal librosa.feature.delta', () => {
  const mfcc = turned('mfcc_13');
  for (const width of [3, 9]) {
    for (const order of [1, 2] as const) {
      for (const mode of deltaModes) {
        const name = `delta_${width}_${order}_${mode}`;
        const worst = worstDifference(delta(mfcc, { width, order, mode }), made(name).values, 13);
        // Values of 600 are stored in steps of 6e-5; SciPy's polynomials at the ends add their rounding.
        assert.ok(worst <= 2e-4, `${name}: ${worst}`);
      }
    }
  }
});

test('a parabola has its slope and its curvature', () => {
  const data = Float32Array.from({ length: 20 }, (_, t) => 0.5 * t * t - 3 * t + 2);
  const curve = { data, frames: 20, bands: 1 };
  const slope = delta(curve, { width: 5, order: 1, mode: 'interp' });
  for (let t = 2; t < 18; t++) assert.ok(Math.abs(slope[t]! - (t - 3)) < 1e-5, `${t}`);
  for (const value of delta(curve, { width: 5, order: 2, mode: 'interp' })) {
    assert.ok(Math.abs(value - 1) < 1e-5);
  }
  const line = { data: Float32Array.from(data, (_, t) => 7 - 2 * t), frames: 20, bands: 1 };
  for (const value of delta(line, { width: 9, order: 1, mode: 'interp' })) {
    assert.ok(Math.abs(value + 2) < 1e-5);
  }
});

test('interp needs the whole width, nearest does not', () => {
  const short = { data: Float32Array.of(1, 2), frames: 2, bands: 1 };
  assert.throws(() => delta(short, { width: 3, order: 1, mode: 'interp' }), /2 frames, 3 needed/);
  assert.equal(delta(short, { width: 3, order: 1, mode: 'nearest' }), Float32Array.of(0.5, 0.5));
});

test.run();
