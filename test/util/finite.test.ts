import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { firstNotFinite } from '../../src/util/finite.ts';

const test = suite('finite');

test('finds the first value that is no finite number', () => {
  const greatest = 3.4028234663852886e38;
  assert.is(firstNotFinite(Float32Array.of()), -1);
  assert.is(firstNotFinite(Float32Array.of(0, -0, 1e-45, greatest, -greatest)), -1);
  assert.is(firstNotFinite(Float32Array.of(1, Number.NaN, Number.POSITIVE_INFINITY)), 1);
  assert.is(firstNotFinite(Float32Array.of(Number.NEGATIVE_INFINITY)), 0);
  // Whatever place it has among the values that are judged together.
  for (let length = 1; length <= 13; length++) {
    for (let at = 0; at < length; at++) {
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const values = new Float32Array(length).fill(greatest);
        values[at] = bad;
        values[length - 1] = bad;
        assert.is(firstNotFinite(values), at);
      }
    }
  }
});

test.run();
