import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createF0Tracker } from '../../../src/dsp/functionals/f0-track.ts';
import { computeFunctionals, functionalNames } from '../../../src/dsp/functionals/functionals.ts';
import { golden, madeUp } from '../../golden/functionals/load.ts';

const test = suite('functionals');

const tracker = createF0Tracker({ sampleRate: 8000, f0Min: 70, f0Max: 500 });

for (const { sound, numbers, logF0, strength, voiced } of golden) {
  if (sound === undefined) continue;
  test(`${sound}: the numbers are those of numpy`, () => {
    const { signal, mel } = madeUp(sound);
    const track = tracker(signal);
    if (logF0 !== undefined && strength !== undefined) {
      assert.is(track.voiced.map(Number).join(''), voiced);
      for (const [t, value] of logF0.entries()) {
        assert.ok(Math.abs(track.logF0[t]! - value) < 1e-9, `frame ${t}`);
        // Both in double precision; a sine may differ in its last bit.
        assert.ok(Math.abs(track.strength[t]! - strength[t]!) < 1e-7, `frame ${t}`);
      }
    }
    const found = computeFunctionals(track, mel);
    assert.is(found.length, functionalNames.length);
    for (const [i, value] of numbers.entries()) {
      // Results are float32: 3e-7 at 5.
      assert.ok(
        Math.abs(found[i]! - value) < 1e-6,
        `${functionalNames[i]}: ${found[i]}, not ${value}`,
      );
    }
  });
}

test('pitch is found to the sample of its period, at any level', () => {
  for (const period of [17, 40, 100]) {
    for (const level of [1, 1e-5]) {
      const signal = Float32Array.from(
        { length: 8000 },
        (_, n) => level * ((n % period) / period - 0.5),
      );
      const { logF0, voiced } = tracker(signal);
      const inside = [...logF0.keys()].slice(4, -4);
      assert.ok(
        inside.every((t) => voiced[t]),
        `period ${period}`,
      );
      for (const t of inside) {
        const steps = 8000 / Math.exp(logF0[t]!) / period;
        // A period and its multiples look alike; what matters is that nothing else is found.
        assert.ok(Math.abs(steps - Math.round(steps)) < 1e-9, `${steps} of ${period}`);
      }
    }
  }
});

test('a louder recording has the same numbers', () => {
  const { signal, mel } = madeUp('voice');
  const loud = { ...mel, data: mel.data.map((value) => value + 4) };
  const plain = computeFunctionals(tracker(signal), mel);
  const louder = computeFunctionals(tracker(signal.map((value) => value * 7)), loud);
  for (const [i, value] of plain.entries()) {
    assert.ok(Math.abs(louder[i]! - value) < 1e-5, functionalNames[i]);
  }
});

test.run();
