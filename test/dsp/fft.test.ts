import FFT from 'fft.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRealFft } from '../../src/dsp/fft.ts';
import { isFftSize, nearestFftSize } from '../../src/dsp/fft-size.ts';
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

const sizes = [
  4, 6, 8, 10, 12, 16, 18, 20, 30, 32, 50, 54, 64, 90, 100, 128, 150, 162, 250, 400, 480, 512,
];

test('equals the sum that defines the transform, for products of 2, 3 and 5', () => {
  const random = createRandom(1);
  for (const size of sizes) {
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

test('is as exact as double precision allows: another implementation differs by its rounding', () => {
  const random = createRandom(2);
  for (const size of [1024, 4096, 65536]) {
    const frame = Float64Array.from({ length: size }, () => random.normal());
    const spectrum = new Float64Array(size + 2);
    createRealFft(size).spectrum(frame, spectrum);
    const theirs = new Float64Array(2 * size);
    new FFT(size).realTransform(theirs, frame);
    let error = 0;
    let energy = 0;
    for (let i = 0; i < size + 2; i++) {
      error += (spectrum[i]! - theirs[i]!) ** 2;
      energy += theirs[i]! ** 2;
    }
    // Both err by some 2^−53 √(log2 N) of the mean magnitude.
    assert.ok(Math.sqrt(error / energy) < 1e-15, `${size}: ${Math.sqrt(error / energy)}`);
  }
});

test('takes even sizes without a prime factor above 5, and names the nearest', () => {
  assert.equal(
    [2, 3, 4, 6, 14, 22, 25, 400, 480, 551, 1000, 1024, 0.5, 65536].filter(isFftSize),
    [4, 6, 400, 480, 1000, 1024, 65536],
  );
  assert.equal([1, 7, 551, 882, 1102, 1023].map(nearestFftSize), [4, 8, 540, 900, 1080, 1024]);
  assert.throws(
    () => createRealFft(882),
    /882 is odd, below 4 or has a prime factor above 5; 900 is near/,
  );
});

test.run();
