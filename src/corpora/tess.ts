import type { CorpusEntry } from './entry.ts';
import { baseName } from './recording.ts';

const emotions: Readonly<Record<string, string>> = {
  angry: 'anger',
  disgust: 'disgust',
  fear: 'fear',
  happy: 'happiness',
  neutral: 'neutral',
  ps: 'surprise',
  sad: 'sadness',
};

/**
 * `OAF_back_angry.wav`: speaker (older, younger), the word in "Say the word …", emotion; ps is
 * pleasant surprise. One file, `OA_bite_neutral.wav`, lacks the F of its speaker; two that are
 * called .wav are AIFF, and `OAF_food_fear.wav` says 96 kHz where all others say 24,414 Hz.
 */
export const tess: CorpusEntry = {
  name: 'tess',
  title: 'Toronto Emotional Speech Set (TESS)',
  licence: 'CC-BY-NC-ND-4.0',
  citations: [
    {
      type: 'misc',
      key: 'pichorafuller2020tess',
      fields: {
        author: 'Pichora-Fuller, M. Kathleen and Dupuis, Kate',
        title: 'Toronto Emotional Speech Set (TESS)',
        publisher: 'Borealis',
        year: '2020',
        doi: '10.5683/SP2/E8H2MF',
      },
    },
  ],
  obtain: 'https://tspace.library.utoronto.ca/handle/1807/24487',
  labels: ['anger', 'disgust', 'fear', 'happiness', 'neutral', 'sadness', 'surprise'],
  audio: 'none',
  parse(path) {
    const name = baseName(path);
    const match = /^(OAF?|YAF)_([a-z]+)_(angry|disgust|fear|happy|neutral|ps|sad)\.wav$/i.exec(
      name,
    );
    if (match === null) return undefined;
    const [, speaker = '', text = '', emotion = ''] = match;
    return {
      id: name.slice(0, -'.wav'.length),
      emotion: emotions[emotion.toLowerCase()] ?? '',
      speaker: speaker.toUpperCase() === 'YAF' ? 'YAF' : 'OAF',
      sex: 'female',
      text: text.toLowerCase(),
      take: '',
    };
  },
  recordings: 2800,
  manifest: null,
  knownBad: {},
  remotes: [],
};
