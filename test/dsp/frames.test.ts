import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { copyFrames, countFrames, type PadMode } from '../../src/dsp/frames.ts';

const test = suite('frames');

function frame(signal: readonly number[], t: number, padMode: PadMode, nFft = 8): number[] {
  const out = new Float64Array(nFft);
  copyFrames(Float32Array.from(signal), t, { nFft, hopLength: 2, center: true, padMode }, out);
  return [...out];
}

test('continues the signal as numpy.pad does', () => {
  // numpy.pad([1, 2, 3], 4, mode=...)[0:8]
  assert.equal(frame([1, 2, 3], 0, 'constant'), [0, 0, 0, 0, 1, 2, 3, 0]);
  assert.equal(frame([1, 2, 3], 0, 'edge'), [1, 1, 1, 1, 1, 2, 3, 3]);
  assert.equal(frame([1, 2, 3], 0, 'reflect'), [1, 2, 3, 2, 1, 2, 3, 2]);
  assert.equal(frame([5], 0, 'reflect'), [5, 5, 5, 5, 5, 5, 5, 5]);
});

test('copies frames one after the other, and zeros where frames are not centred', () => {
  const framing = { nFft: 4, hopLength: 2, padMode: 'edge' } as const;
  const copied = (t: number, center: boolean): number[] => {
    const out = new Float32Array(8);
    copyFrames(Float32Array.of(1, 2, 3, 4, 5), t, { ...framing, center }, out);
    return [...out];
  };
  assert.equal(copied(0, true), [1, 1, 1, 2, 3, 4, 5, 5]);
  assert.equal(copied(1, true), [1, 2, 3, 4, 5, 5, 5, 5]);
  assert.equal(copied(1, false), [3, 4, 5, 0, 0, 0, 0, 0]);
  assert.equal(copied(4, true), [5, 5, 5, 5, 5, 5, 5, 5]);
});

test('counts frames as librosa does, and never fewer than one', () => {
  const framing = { nFft: 1024, hopLength: 256, padMode: 'constant' } as const;
  const centred = (length: number): number => countFrames(length, { ...framing, center: true });
  const plain = (length: number): number => countFrames(length, { ...framing, center: false });
  assert.equal([1, 255, 256, 1024, 16000].map(centred), [1, 1, 2, 5, 63]);
  assert.equal([1, 1023, 1024, 1279, 1280, 16000].map(plain), [1, 1, 1, 1, 2, 59]);
});

test.run();
