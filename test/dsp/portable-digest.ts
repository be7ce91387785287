import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { createResampler } from '../../src/audio/resample.ts';
import { createLogMel, type LogMelOptions } from '../../src/dsp/log-mel.ts';
import { createRandom } from '../../src/util/random.ts';

const usual: LogMelOptions = {
  ...{ sampleRate: 16000, nFft: 1024, winLength: 640, hopLength: 256, nMels: 64 },
  ...{ window: 'hann', center: true, padMode: 'constant', power: 2, fmin: 50, fmax: 8000 },
  ...{ htk: false, norm: 'slaney', scale: 'db', amin: 1e-10, topDb: null, trimDb: 45 },
};

const settings: readonly LogMelOptions[] = [
  usual,
  { ...usual, nFft: 480, winLength: 400, htk: true, norm: null, power: 1.5, scale: 'ln' },
  {
    ...usual,
    nFft: 600,
    winLength: 600,
    hopLength: 151,
    power: 1,
    window: 'blackman',
    amin: 1e-30,
  },
];

/** One digest over all that the kernels compute: what must be the same on every machine. */
export function portableDigest(): string {
  const random = createRandom(9);
  // Without Box–Muller, which takes the engine's logarithm and cosine.
  const noise = Float32Array.from({ length: 9000 }, (_, n) => (random.next() - 0.5) * (n / 9000));
  const hash = createHash('sha256');
  for (const [from, to] of [
    [44100, 16000],
    [24414, 16000],
    [8000, 16000],
    [16000, 22050],
  ] as const) {
    const samples = createResampler(from, to).resample(noise);
    hash.update(new Uint8Array(samples.buffer));
    for (const options of settings) {
      hash.update(new Uint8Array(createLogMel(options).compute(samples).data.buffer));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(portableDigest());
}
