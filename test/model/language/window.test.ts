import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compose, countOutputs, type Window } from '../../../src/model/language/window.ts';

const test = suite('windows');

const all: Window[] = [1, 2, 3, 5].flatMap((width) =>
  [1, 2, 3].map((step): Window => ({ width, step })),
);

/** The inputs behind each output, listed. */
function windowsOver(size: number, { width, step }: Window): readonly (readonly number[])[] {
  const found: number[][] = [];
  for (let start = 0; start + width <= size; start += step) {
    found.push(Array.from({ length: width }, (_, i) => start + i));
  }
  return found;
}

test('outputs are counted as they can be listed', () => {
  for (const window of all) {
    for (let size = 0; size < 15; size++) {
      assert.is(countOutputs(size, window), windowsOver(size, window).length);
    }
  }
});

test('two layers in a row see what their window says, at any size', () => {
  for (const first of all) {
    for (const then of all) {
      for (let size = 0; size < 30; size++) {
        const inner = windowsOver(size, first);
        const seen = windowsOver(inner.length, then).map((members) => {
          const inputs = members.flatMap((j) => inner[j]!);
          return [Math.min(...inputs), Math.max(...inputs)];
        });
        const whole = windowsOver(size, compose(first, then));
        assert.equal(
          whole.map((inputs) => [inputs[0], inputs.at(-1)]),
          seen,
        );
      }
    }
  }
});

test.run();
