import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { centreWindow, createWindow, windowNames } from '../../src/dsp/window.ts';
import { windows as more } from '../golden/features/load.ts';
import { windows } from '../golden/librosa/load.ts';

const test = suite('window');

test('equals scipy.signal.get_window, odd and even lengths', () => {
  for (const name of windowNames) {
    for (const length of [7, 10]) {
      const ours = createWindow(name, length);
      const theirs = { ...windows, ...more }[name]![length]!;
      // Rounding of a cosine: a few units of 2^−53.
      for (const [n, value] of theirs.entries()) {
        assert.ok(Math.abs(value - ours[n]!) < 1e-15, `${name} ${n}`);
      }
    }
  }
});

test('a window of one sample is that sample', () => {
  for (const name of windowNames) assert.equal(createWindow(name, 1), Float64Array.of(1), name);
  for (const sizes of Object.values(more)) assert.equal(sizes[1], [1]);
});

test('is centred as librosa.util.pad_center does: the odd zero comes last', () => {
  assert.equal([...centreWindow(Float64Array.of(1, 2, 3), 6)], [0, 1, 2, 3, 0, 0]);
});

test.run();
