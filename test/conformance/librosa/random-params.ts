import { padModes } from '../../../src/dsp/frames.ts';
import { windowNames } from '../../../src/dsp/window.ts';
import type { MelspecParams } from '../../../src/stages/melspec/params.ts';
import type { Random } from '../../../src/util/random.ts';

/** Params of melspec at the rate of the clip, valid for rates from 16 kHz on. */
export function randomParams(random: Random): MelspecParams {
  const pick = <T>(values: readonly T[]): T => values[random.integer(values.length)] as T;
  const between = (low: number, high: number): number => low + (high - low) * random.next();
  const whole = (low: number, high: number): number => Math.round(between(low, high));
  const n_fft = pick([256, 320, 512, 600, 1000, 1024, 1920, 2048]);
  const center = random.next() < 0.8;
  const scale = pick(['db', 'db', 'ln', 'power', 'pcen'] as const);
  const isDb = scale === 'db';
  return {
    ...{ sample_rate: 'native', n_fft, win_length: whole(n_fft / 2, n_fft), center, scale },
    hop_length: whole(n_fft / 8, n_fft / 2),
    window: pick(windowNames),
    pad_mode: center ? pick(padModes) : 'constant',
    power: pick([2, 2, 1, 1.5]),
    n_mels: whole(8, 128),
    fmin: pick([0, 50, whole(20, 400)]),
    fmax: pick([null, 8000, whole(3000, 8000)]),
    htk: random.next() < 0.5,
    norm: pick(['slaney', null, 1, 2, 0.5] as const),
    ref: isDb ? pick([1, 'max', between(1e-4, 10)] as const) : 1,
    amin: isDb || scale === 'ln' ? pick([1e-10, 1e-8, 1e-5]) : 1e-10,
    top_db: isDb ? pick([null, null, 80, 30]) : null,
    pcen:
      scale === 'pcen' && random.next() < 0.7
        ? {
            ...{ gain: between(0, 1), bias: between(0.5, 10), power: between(0.1, 0.9) },
            ...{ time_constant: between(0.05, 1), eps: pick([1e-6, 1e-3]) },
          }
        : { gain: 0.98, bias: 2, power: 0.5, time_constant: 0.4, eps: 1e-6 },
    trim_db: null,
  };
}
