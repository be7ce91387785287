import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { drawBeta } from '../../src/util/beta.ts';
import { createRandom } from '../../src/util/random.ts';

const test = suite('beta');

for (const a of [0.02, 0.4, 1, 5]) {
  test(`Beta(${a}, ${a}) has mean 1/2 and variance 1 / (8 a + 4)`, () => {
    const random = createRandom(3);
    const n = 20_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const x = drawBeta(random, a);
      assert.ok(x >= 0 && x <= 1, `${x}`);
      sum += x;
      squares += (x - 0.5) ** 2;
    }
    const variance = 1 / (8 * a + 4);
    // Five standard errors of the mean; a squared deviation is at most 1/4, so its own error is less.
    assert.ok(Math.abs(sum / n - 0.5) < 5 * Math.sqrt(variance / n), `${sum / n}`);
    assert.ok(Math.abs(squares / n - variance) < 5 * Math.sqrt(variance / 4 / n), `${squares / n}`);
  });
}

test('a small a gives nearly 0 or 1, half of each, and never anything else than a number', () => {
  const random = createRandom(4);
  const draws = Array.from({ length: 2000 }, () => drawBeta(random, 1e-3));
  assert.ok(draws.every((x) => x >= 0 && x <= 1));
  assert.ok(draws.filter((x) => x < 1e-3 || x > 1 - 1e-3).length > 1950);
  const ones = draws.filter((x) => x > 0.5).length;
  assert.ok(Math.abs(ones - 1000) < 5 * Math.sqrt(500), `${ones}`);
});

test.run();
