import { parseArgs } from 'node:util';
import { createLogMel } from '../../src/dsp/log-mel.ts';
import { makeSignal, ours, race, startPeer } from './peer.ts';

/**
 * Log-mel spectrograms of a 3-second clip in memory beside librosa 0.11, both warm and on one thread, in turns
 * within one run: medians of processor time.
 *
 *     node --import tsx bench/dsp/log-mel.ts --python .venv/bin/python [--rounds 15] [--times 40]
 */
const { values } = parseArgs({
  options: {
    python: { type: 'string', default: '.venv/bin/python' },
    rounds: { type: 'string', default: '15' },
    times: { type: 'string', default: '40' },
  },
});
const sampleRate = 16000;
const seconds = 3;
const signal = makeSignal(sampleRate, seconds);

console.log('| n_fft / hop / bands | affekt, × real time | librosa, × real time | ratio |');
console.log('|---|---|---|---|');
for (const [nFft, hopLength, nMels] of [
  [1024, 256, 64],
  [512, 160, 64],
  [2048, 512, 128],
  [400, 160, 80],
] as const) {
  const logMel = createLogMel({
    ...{ sampleRate, nFft, winLength: nFft, hopLength, nMels },
    ...{ window: 'hann', center: true, padMode: 'constant', power: 2 },
    ...{ fmin: 0, fmax: sampleRate / 2, htk: false, norm: 'slaney' },
    ...{ scale: 'db', amin: 1e-10, topDb: null, trimDb: null },
  });
  const [own = Number.NaN, theirs = Number.NaN] = await race(
    [
      ours('affekt', () => logMel.compute(signal)),
      startPeer('librosa', values.python, ['log-mel', nFft, hopLength, nMels], signal),
    ],
    { rounds: Number(values.rounds), times: Number(values.times) },
  );
  const speeds = [own, theirs].map((time) => (seconds / time).toFixed(0));
  console.log(
    `| ${nFft} / ${hopLength} / ${nMels} | ${speeds.join(' | ')} | ${(theirs / own).toFixed(2)} |`,
  );
}
