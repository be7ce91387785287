import { isVowel, type Phone, pause, phonesOf } from './phones.ts';

/** Nonsense in syllables; a comma is a pause, a capital vowel carries the accent. */
export const sentences: readonly string[] = [
  'balO mine tasU',
  'kivE nora, delI su',
  'somA tipo ranEda',
  'luzi gomE, fatU ri',
  'penAli voka tirO',
  'seni dubO, halE ma',
  'rogU temi salA no',
  'fiko dalE, muzI tar',
];

/** A phone in its place: `accent` marks the vowel that an F0 peak sits on. */
export interface Placed extends Phone {
  readonly accent: boolean;
}

/** The sounds of a sentence in order, with pauses and final lengthening. */
export function soundsOf(sentence: string): readonly Placed[] {
  const sounds: Placed[] = [];
  const letters = [...sentence];
  const vowels = letters.flatMap((letter, index) => (isVowel(letter.toLowerCase()) ? [index] : []));
  const lastVowel = vowels.at(-1);
  for (const [index, letter] of letters.entries()) {
    if (letter === ',') sounds.push({ ...pause(0.12), accent: false });
    else if (letter === ' ') sounds.push({ ...pause(0.02), accent: false });
    else {
      const accent = letter !== letter.toLowerCase();
      const stretch = (accent ? 1.2 : 1) * (index === lastVowel ? 1.4 : 1);
      for (const phone of phonesOf(letter.toLowerCase())) {
        sounds.push({ ...phone, seconds: phone.seconds * stretch, accent });
      }
    }
  }
  return sounds;
}
