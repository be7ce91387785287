import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cosTurns, exp, ln, raise, sinTurns } from '../../src/dsp/elementary.ts';
import { createRandom } from '../../src/util/random.ts';

const test = suite('elementary functions');

/** The engine's own functions are within a unit in the last place, ours within two: three of 2^−52. */
const tolerance = 3 * 2 ** -52;

function near(ours: number, theirs: number, name: string): void {
  assert.ok(Math.abs(ours - theirs) <= tolerance * Math.abs(theirs), `${name}: ${ours}, ${theirs}`);
}

test('ln is the natural logarithm over all magnitudes', () => {
  const random = createRandom(3);
  for (let i = 0; i < 20000; i++) {
    const x = (1 + random.next()) * 2 ** (random.integer(2000) - 1000);
    near(ln(x), Math.log(x), `ln ${x}`);
  }
  // Around 1 the result is small and must stay exact relative to itself.
  for (let i = 1; i < 2000; i++) near(ln(1 + i / 4001), Math.log(1 + i / 4001), `ln near 1: ${i}`);
  assert.is(ln(1), 0);
  assert.is(ln(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY);
  assert.ok(Number.isNaN(ln(Number.NaN)));
});

test('exp and powers agree with the engine', () => {
  const random = createRandom(4);
  for (let i = 0; i < 20000; i++) {
    const x = 40 * random.next() - 20;
    near(exp(x), Math.exp(x), `exp ${x}`);
  }
  assert.equal([exp(0), exp(-2000), exp(2000)], [1, 0, Number.POSITIVE_INFINITY]);
  // Rounding of y ln x is magnified by its size, here at most 50.
  for (const [x, y] of [
    [1e-12, 0.75],
    [3, 1.5],
    [1e20, 0.25],
    [0.5, 2],
  ] as const) {
    assert.ok(Math.abs(raise(x, y) / x ** y - 1) < 1e-14, `${x}^${y}`);
  }
  assert.is(raise(0, 0.7), 0);
});

test('sine and cosine of turns are exact at their corners and agree elsewhere', () => {
  for (const n of [1, 3, 7, 640, 1000, 65536]) {
    for (let k = 0; k < Math.min(n, 500); k++) {
      const at = Math.floor((k * n) / Math.min(n, 500));
      const angle = (2 * Math.PI * at) / n;
      // The angle itself is rounded here: half a unit of up to 2π.
      assert.ok(Math.abs(sinTurns(at, n) - Math.sin(angle)) < 1e-15, `sin ${at}/${n}`);
      assert.ok(Math.abs(cosTurns(at, n) - Math.cos(angle)) < 1e-15, `cos ${at}/${n}`);
    }
  }
  assert.equal(
    [0, 1, 2, 3, 4, 5].map((k) => sinTurns(k, 4) + 0),
    [0, 1, 0, -1, 0, 1],
  );
  assert.equal(
    [0, 1, 2, 3, 4].map((k) => cosTurns(k, 4) + 0),
    [1, 0, -1, 0, 1],
  );
  near(sinTurns(1, 12), 0.5, 'sine of 30°');
  assert.is(cosTurns(1e6 + 0.25, 1) + 0, 0);
  near(sinTurns(-1, 8), -Math.SQRT1_2, 'sine of −45°');
});

test.run();
