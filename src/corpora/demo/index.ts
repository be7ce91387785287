import { createRandom, hashSeed } from '../../util/random.ts';
import type { Labelled } from '../entry.ts';
import { compose } from './score.ts';
import { sentences, soundsOf } from './sentences.ts';
import { synthesise } from './synthesise.ts';
import { deliver, emotions, type Speaker, speakers } from './voices.ts';

/** What the demo corpus says of itself; six voices, four emotions, eight sentences. */
export const demo = {
  name: 'demo',
  title: 'Synthetic demonstration speech',
  licence: 'CC0-1.0',
  labels: emotions,
  rate: 16000,
} as const;

/** A clip of the demo corpus: who says what how, and a way to hear it. */
export interface DemoClip extends Labelled {
  /** Mono samples on the 16-bit grid, the same at every call. */
  render(): Float32Array;
}

/**
 * The demo corpus: 192 synthesised clips. It shows the program at work without a download; its
 * emotions are five acoustic means with overlapping draws, so a number on it says nothing of
 * people. Its effect sizes were chosen from published correlates and raised once, by about a third,
 * when simple models on level-normalised features scored below .5; they are fixed since.
 */
export function demoClips(): readonly DemoClip[] {
  return speakers.flatMap((speaker) =>
    emotions.flatMap((emotion) =>
      sentences.map((sentence, index) => demoClip(speaker, emotion, sentence, index + 1)),
    ),
  );
}

function demoClip(speaker: Speaker, emotion: string, sentence: string, number: number): DemoClip {
  const id = `${emotion}-${speaker.id}-${number}`;
  return {
    id,
    emotion,
    speaker: speaker.id,
    sex: speaker.sex,
    text: sentence.toLowerCase(),
    take: '',
    render() {
      const random = createRandom(hashSeed('affekt demo', id));
      const delivery = deliver(emotion, random);
      const score = compose(soundsOf(sentence), speaker, delivery, random);
      const brightness = speaker.brightness + delivery.brightness;
      const voice = {
        tract: speaker.tract,
        corner: 1100 * Math.exp(Math.LN2 * brightness),
        openQuotient: Math.min(0.8, Math.max(0.4, 0.6 - 0.1 * brightness)),
        breathiness: Math.min(0.03, 0.008 * Math.exp(-brightness)),
        rms: Math.exp((Math.LN10 / 20) * (-29 + speaker.level + delivery.level)),
      };
      return synthesise(score, voice, demo.rate, random);
    },
  };
}
