import type { Random } from '../../util/random.ts';

export interface Speaker {
  readonly id: string;
  readonly sex: 'female' | 'male';
  /** Median of the neutral voice, Hz. */
  readonly pitch: number;
  /** Formants relative to the phone table; the inverse of vocal tract length. */
  readonly tract: number;
  /** Syllables relative to the phone table's. */
  readonly tempo: number;
  /** Habitual level against the others, dB. */
  readonly level: number;
  /** Habitual brightness, octaves of the source's corner frequency. */
  readonly brightness: number;
}

export const speakers: readonly Speaker[] = [
  { id: '1', sex: 'female', pitch: 205, tract: 1.16, tempo: 1.04, level: 0, brightness: -0.1 },
  { id: '2', sex: 'male', pitch: 112, tract: 1.0, tempo: 0.96, level: 1, brightness: 0.2 },
  { id: '3', sex: 'female', pitch: 184, tract: 1.1, tempo: 0.98, level: -1.5, brightness: 0.1 },
  { id: '4', sex: 'male', pitch: 128, tract: 1.05, tempo: 1.06, level: 0.5, brightness: -0.2 },
  { id: '5', sex: 'female', pitch: 226, tract: 1.2, tempo: 1.0, level: 1, brightness: 0.15 },
  { id: '6', sex: 'male', pitch: 98, tract: 0.95, tempo: 0.94, level: -1, brightness: -0.15 },
];

/** How an utterance is spoken, against the speaker's neutral voice. */
export interface Delivery {
  /** Semitones. */
  readonly pitch: number;
  /** Factor on the excursions of F0. */
  readonly range: number;
  /** Factor on the rate of speech. */
  readonly tempo: number;
  /** dB. */
  readonly level: number;
  /** Octaves of the source's corner frequency: less spectral tilt is brighter. */
  readonly brightness: number;
}

/**
 * Directions agree with the reviews of vocal expression (Scherer 2003; Juslin & Laukka 2003):
 * anger and happiness are high, wide, fast, loud and bright, anger the louder and brighter,
 * happiness the higher and wider; sadness is the opposite of both.
 */
const means: Readonly<Record<string, Delivery>> = {
  anger: { pitch: 3.5, range: 1.4, tempo: 1.12, level: 6, brightness: 1.1 },
  happiness: { pitch: 5.5, range: 1.8, tempo: 1.06, level: 3, brightness: 0.5 },
  neutral: { pitch: 0, range: 1, tempo: 1, level: 0, brightness: 0 },
  sadness: { pitch: -1, range: 0.6, tempo: 0.84, level: -5, brightness: -1 },
};

/** Sorted. */
export const emotions: readonly string[] = Object.keys(means);

/** Draws a delivery: the emotion's mean, and a spread that makes the emotions overlap. */
export function deliver(emotion: string, random: Random): Delivery {
  const mean = means[emotion];
  if (mean === undefined) throw new Error(`no delivery for "${emotion}"`);
  return {
    pitch: mean.pitch + 1.6 * random.normal(),
    range: mean.range * Math.exp(0.2 * random.normal()),
    tempo: mean.tempo * Math.exp(0.08 * random.normal()),
    level: mean.level + 2.5 * random.normal(),
    brightness: mean.brightness + 0.45 * random.normal(),
  };
}
