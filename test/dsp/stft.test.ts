import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createStft } from '../../src/dsp/stft.ts';
import { golden } from '../golden/librosa/load.ts';

const test = suite('stft');

test('equals librosa.stft', () => {
  const stft = createStft({
    nFft: 256,
    winLength: 200,
    hopLength: 200,
    window: 'hann',
    center: true,
    padMode: 'reflect',
  });
  const ours = stft.spectrum(golden('signal').slice(0, 1600));
  const theirs = golden('stft');
  assert.is(ours.length, theirs.length);
  const frames = ours.length / 2 / stft.bins;
  const peak = theirs.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  for (let t = 0; t < frames; t++) {
    for (let i = 0; i < 2 * stft.bins; i++) {
      const wanted = theirs[((i >> 1) * frames + t) * 2 + (i % 2)]!;
      // librosa stores complex64: half a unit of 2^−24 of each value.
      const difference = Math.abs(ours[t * 2 * stft.bins + i]! - wanted);
      assert.ok(difference <= 6e-8 * Math.abs(wanted) + 1e-13 * peak, `${t} ${i}: ${difference}`);
    }
  }
});

test.run();
