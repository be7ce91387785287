import { parseArgs } from 'node:util';
import { createResampler } from '../../src/audio/resample.ts';
import { makeSignal, ours, race, startPeer } from './peer.ts';

/**
 * Resampling of a 3-second clip in memory beside soxr's HQ quality, both warm and on one thread, in turns within
 * one run: medians of processor time.
 *
 *     node --import tsx bench/dsp/resample.ts --python .venv/bin/python [--rounds 15] [--times 40]
 */
const { values } = parseArgs({
  options: {
    python: { type: 'string', default: '.venv/bin/python' },
    rounds: { type: 'string', default: '15' },
    times: { type: 'string', default: '40' },
  },
});
const seconds = 3;

console.log('| Hz | affekt, × real time | soxr HQ, × real time | ratio |');
console.log('|---|---|---|---|');
for (const [orig, target] of [
  [44100, 16000],
  [48000, 16000],
  [22050, 16000],
  [24414, 16000],
  [16000, 8000],
  [8000, 16000],
  [16000, 22050],
] as const) {
  const signal = makeSignal(orig, seconds);
  const resampler = createResampler(orig, target);
  const [own = Number.NaN, theirs = Number.NaN] = await race(
    [
      ours('affekt', () => resampler.resample(signal)),
      startPeer('soxr', values.python, ['resample', orig, target], signal),
    ],
    { rounds: Number(values.rounds), times: Number(values.times) },
  );
  const speeds = [own, theirs].map((time) => (seconds / time).toFixed(0));
  console.log(`| ${orig} → ${target} | ${speeds.join(' | ')} | ${(theirs / own).toFixed(2)} |`);
}
