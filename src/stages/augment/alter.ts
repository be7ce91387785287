import { createResampler } from '../../audio/resample.ts';
import { selfBabble } from '../../dsp/waveform/babble.ts';
import { butterworth, filterSections } from '../../dsp/waveform/butterworth.ts';
import { clippingDistortion } from '../../dsp/waveform/clipping.ts';
import { colorNoise, noiseColors } from '../../dsp/waveform/color-noise.ts';
import { addNoise, gain, matchLevel } from '../../dsp/waveform/level.ts';
import { pitchShift } from '../../dsp/waveform/pitch-shift.ts';
import { changeSpeed, fraction } from '../../dsp/waveform/resampling.ts';
import { reverberate } from '../../dsp/waveform/room.ts';
import { shift } from '../../dsp/waveform/shift.ts';
import { timeStretch } from '../../dsp/waveform/time-stretch.ts';
import { vtlp } from '../../dsp/waveform/vtlp.ts';
import { createRandom, hashSeed, type Random } from '../../util/random.ts';
import { drawRoom } from './draw-room.ts';
import type { Setting, Settings } from './settings.ts';
import type { OperationName } from './sound-params.ts';
import { uniform, uniformRatio } from './uniform.ts';

/** One channel. */
export interface Sound {
  readonly samples: Float32Array;
  /** Hz. */
  readonly sampleRate: number;
}

/** Noise of a length in samples at a rate, from a file that the generator picks. */
export type BackgroundNoise = (
  length: number,
  sampleRate: number,
  random: Random,
) => Promise<Float32Array>;

const resample = (signal: Float32Array, orig: number, target: number): Float32Array =>
  createResampler(orig, target).resample(signal);

/** Ratios of pitch and speed are rounded to fractions with terms up to this: by less than 0.1 cents. */
const largestTerm = 200;

/** Frames of 64 ms, to the nearest power of two: several periods of a voice, and no more than a sound. */
function frameSize(sampleRate: number): number {
  return 2 ** Math.round(Math.log2(0.064 * sampleRate));
}

type Operations = {
  readonly [N in OperationName]: (
    sound: Sound,
    of: Settings<N>,
    random: Random,
    background: BackgroundNoise,
  ) => Float32Array | Promise<Float32Array>;
};

/** What a phase vocoder takes of the level (3 dB) would be heard as calmer: voices keep theirs. */
const operations: Operations = {
  pitch_shift({ samples, sampleRate }, of, random) {
    const semitones = uniform(random, of.min_semitones, of.max_semitones);
    const ratio = fraction(2 ** (semitones / 12), largestTerm);
    const shifted = pitchShift(samples, ratio, { nFft: frameSize(sampleRate), resample });
    return matchLevel(shifted, samples);
  },
  time_stretch({ samples, sampleRate }, of, random) {
    const rate = uniformRatio(random, of.min_rate, of.max_rate);
    return matchLevel(timeStretch(samples, rate, frameSize(sampleRate)), samples);
  },
  speed({ samples }, of, random) {
    const factor = uniformRatio(random, of.min_factor, of.max_factor);
    return changeSpeed(samples, fraction(factor, largestTerm), resample);
  },
  vtlp({ samples, sampleRate }, of, random) {
    const alpha = uniformRatio(random, of.min_alpha, of.max_alpha);
    return matchLevel(vtlp(samples, alpha, { nFft: frameSize(sampleRate), sampleRate }), samples);
  },
  shift({ samples, sampleRate }, of, random) {
    const by = Math.round(uniform(random, of.min_shift, of.max_shift) * samples.length);
    const fade = Math.round(of.fade_duration * sampleRate);
    return shift(samples, by, { rollover: of.rollover, fade });
  },
  room_simulator({ samples, sampleRate }, of, random) {
    const room = drawRoom(uniform(random, of.min_target_rt60, of.max_target_rt60), random);
    return reverberate(samples, room, sampleRate, resample);
  },
  add_babble({ samples }, of, random) {
    const snr = uniform(random, of.min_snr_db, of.max_snr_db);
    return addNoise(samples, selfBabble(samples, of.voices, random, resample), snr);
  },
  async add_background_noise({ samples, sampleRate }, of, random, background) {
    const snr = uniform(random, of.min_snr_db, of.max_snr_db);
    return addNoise(samples, await background(samples.length, sampleRate, random), snr);
  },
  add_color_noise({ samples, sampleRate }, of, random) {
    const snr = uniform(random, of.min_snr_db, of.max_snr_db);
    const drawn = noiseColors[random.integer(noiseColors.length)] ?? 'white';
    const color = of.color === 'any' ? drawn : of.color;
    return addNoise(samples, colorNoise(samples.length, { color, sampleRate }, random), snr);
  },
  high_pass_filter: (sound, of, random) => filtered(sound, 'high', of, random),
  low_pass_filter: (sound, of, random) => filtered(sound, 'low', of, random),
  gain: ({ samples }, of, random) => gain(samples, uniform(random, of.min_gain_db, of.max_gain_db)),
  clipping_distortion({ samples }, of, random) {
    const { min_percentile_threshold: low, max_percentile_threshold: high } = of;
    return clippingDistortion(samples, uniform(random, low, high));
  },
};

function filtered(
  { samples, sampleRate }: Sound,
  pass: 'low' | 'high',
  of: Settings<'low_pass_filter'>,
  random: Random,
): Float32Array {
  const cutoff = uniformRatio(random, of.min_cutoff_freq, of.max_cutoff_freq);
  const lowest = of.min_rolloff / 6;
  const order = lowest + random.integer(of.max_rolloff / 6 - lowest + 1);
  // There is nothing above half the rate to take away; a high-pass there would take everything.
  if (cutoff >= sampleRate / 2) return pass === 'low' ? samples : new Float32Array(samples.length);
  return filterSections(samples, butterworth({ pass, order, cutoff, sampleRate }));
}

/** Whose random numbers are drawn. */
export interface CopyDraw {
  readonly seed: number;
  /** 1, 2, … of the copies of a clip. */
  readonly copy: number;
  readonly id: string;
}

/**
 * Applies the operations in their order. Each has a generator of its own, seeded by (seed, copy, id,
 * operation): another operation before it changes no draw, and neither does any other clip.
 */
export async function alter(
  sound: Sound,
  settings: readonly Setting[],
  { seed, copy, id }: CopyDraw,
  background: BackgroundNoise,
): Promise<Float32Array> {
  let { samples } = sound;
  for (const { name, of } of settings) {
    const random = createRandom(hashSeed(seed, copy, id, name));
    if (random.next() >= of.p) continue;
    const apply = operations[name] as Operations[typeof name] as (
      sound: Sound,
      of: object,
      random: Random,
      background: BackgroundNoise,
    ) => Float32Array | Promise<Float32Array>;
    samples = await apply({ samples, sampleRate: sound.sampleRate }, of, random, background);
  }
  return samples;
}
