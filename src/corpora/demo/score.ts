import type { Random } from '../../util/random.ts';
import type { Placed } from './sentences.ts';
import type { Delivery, Speaker } from './voices.ts';

/** Seconds from one set of synthesis parameters to the next. */
export const frameSeconds = 0.005;

/** One track per parameter, one value per frame. */
export interface Score {
  readonly frames: number;
  /** Hz. */
  readonly pitch: Float64Array;
  readonly voicing: Float64Array;
  readonly breath: Float64Array;
  readonly friction: Float64Array;
  readonly noiseCentre: Float64Array;
  readonly noiseWidth: Float64Array;
  /** F1 to F3, Hz. */
  readonly formants: readonly [Float64Array, Float64Array, Float64Array];
}

const lead = 0.12;

/** Lays sounds out in time and gives them a melody. */
export function compose(
  sounds: readonly Placed[],
  speaker: Speaker,
  delivery: Delivery,
  random: Random,
): Score {
  const tempo = speaker.tempo * delivery.tempo;
  const lengths = sounds.map(({ seconds }) => {
    const played = (seconds / tempo) * Math.exp(0.08 * random.normal());
    return Math.max(2, Math.round(played / frameSeconds));
  });
  const edge = Math.round(lead / frameSeconds);
  const spoken = lengths.reduce((sum, length) => sum + length, 0);
  const frames = spoken + 2 * edge;

  const fill = (value: (sound: Placed) => number, silence?: number): Float64Array => {
    const track = new Float64Array(frames);
    let at = edge;
    for (const [index, sound] of sounds.entries()) {
      const length = lengths[index] ?? 0;
      track.fill(value(sound), at, at + length);
      at += length;
    }
    track.fill(silence ?? track[edge] ?? 0, 0, edge);
    track.fill(silence ?? track[at - 1] ?? 0, at);
    return track;
  };
  const formant = (index: 0 | 1 | 2): Float64Array =>
    smooth(
      fill((sound) => sound.formants[index] * speaker.tract),
      4,
    );

  return {
    frames,
    pitch: melody(sounds, lengths, edge, frames, speaker, delivery, random),
    voicing: smooth(
      fill((sound) => sound.voicing, 0),
      2,
    ),
    breath: smooth(
      fill((sound) => sound.breath, 0),
      1,
    ),
    friction: smooth(
      fill((sound) => sound.friction, 0),
      1,
    ),
    noiseCentre: fill((sound) => sound.noise[0] * (0.5 + 0.5 * speaker.tract)),
    noiseWidth: fill((sound) => sound.noise[1]),
    formants: [formant(0), formant(1), formant(2)],
  };
}

/** F0 in semitones around the speaker's median: declination, accents, a final fall, slow drift. */
function melody(
  sounds: readonly Placed[],
  lengths: readonly number[],
  edge: number,
  frames: number,
  speaker: Speaker,
  delivery: Delivery,
  random: Random,
): Float64Array {
  const semitones = new Float64Array(frames);
  const spoken = frames - 2 * edge;
  for (let frame = 0; frame < frames; frame++) {
    const t = Math.min(1, Math.max(0, (frame - edge) / spoken));
    semitones[frame] = 1.5 - 3 * t - (t > 0.85 ? (t - 0.85) * 12 : 0);
  }
  let at = edge;
  for (const [index, sound] of sounds.entries()) {
    const length = lengths[index] ?? 0;
    if (sound.accent && sound.voicing === 1) {
      const height = 3.5 * Math.exp(0.2 * random.normal());
      const centre = at + 0.5 * length;
      const width = 0.09 / frameSeconds;
      for (let frame = 0; frame < frames; frame++) {
        const x = (frame - centre) / width;
        semitones[frame] = (semitones[frame] ?? 0) + height * Math.exp(-0.5 * x * x);
      }
    }
    at += length;
  }
  let drift = 0;
  return semitones.map((value) => {
    drift = 0.97 * drift + 0.06 * random.normal();
    const offset = delivery.pitch + delivery.range * value + drift;
    return Math.min(500, Math.max(60, speaker.pitch * Math.exp((offset * Math.LN2) / 12)));
  });
}

/** Two passes of a moving mean of 2 × reach + 1 frames: sounds run into each other. */
function smooth(track: Float64Array, reach: number): Float64Array {
  let current = track;
  for (let pass = 0; pass < 2; pass++) {
    const source = current;
    current = source.map((_, frame) => {
      let sum = 0;
      for (let k = -reach; k <= reach; k++) {
        sum += source[Math.min(source.length - 1, Math.max(0, frame + k))] ?? 0;
      }
      return sum / (2 * reach + 1);
    });
  }
  return current;
}
