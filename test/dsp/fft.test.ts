import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRealFft, isFftSize } from '../../src/dsp/fft.ts';
import { createRandom } from '../../src/util/random.ts';

const test = suite('fft');

/** The definition, term by term. */
function transform(frame: Float64Array): Float64Array {
  const size = frame.length;
  const out = new Float64Array(size + 2);
  for (let k = 0; k <= size / 2; k++) {
    for (let n = 0; n < size; n++) {
      const angle = (-2 * Math.PI * ((k * n) % size)) / size;
      out[2 * k]! += frame[n]! * Math.cos(angle);
      out[2 * k + 1]! += frame[n]! * Math.sin(angle);
    }
  }
  return out;
}

test('equals the sum that defines the transform', () => {
  const random = createRandom(1);
  for (const size of [4, 8, 16, 32, 64, 128, 512]) {
    const frame = Float64Array.from({ length: size }, () => random.normal());
    const fft = createRealFft(size);
    const spectrum = new Float64Array(size + 2);
    const power = new Float64Array(fft.bins);
    fft.spectrum(frame, spectrum);
    fft.power(frame, power);
    const expected = transform(frame);
    // Double precision over at most 512 terms of size ~1.
    for (const [i, value] of expected.entries()) {
      assert.ok(Math.abs(value - spectrum[i]!) < 1e-11, `${size}: ${i}`);
    }
    power.forEach((value, k) => {
      const wanted = expected[2 * k]! ** 2 + expected[2 * k + 1]! ** 2;
      assert.ok(Math.abs(value - wanted) < 1e-9 * (1 + wanted), `${size}: power ${k}`);
    });
  }
});

test('takes powers of two from 4 on', () => {
  assert.equal([3, 4, 6, 1024, 1000, 2, 0.5].filter(isFftSize), [4, 1024]);
  assert.throws(() => createRealFft(400), /400 is not a power of two/);
});

test.run();
