import type { CorpusEntry } from './entry.ts';
import { baseName } from './recording.ts';

const emotions: Readonly<Record<string, string>> = {
  '01': 'neutral',
  '02': 'calm',
  '03': 'happiness',
  '04': 'sadness',
  '05': 'anger',
  '06': 'fear',
  '07': 'disgust',
  '08': 'surprise',
};

/**
 * `03-01-06-01-02-01-12.wav`: modality (03 sound alone), channel (01 speech, 02 song), emotion,
 * intensity, statement, repetition, actor (odd: men). Songs and videos are other corpora. Two
 * recordings of actor 7 have the same bytes, in the original as well.
 */
export const ravdess: CorpusEntry = {
  name: 'ravdess',
  title: 'Ryerson Audio-Visual Database of Emotional Speech and Song, speech (RAVDESS)',
  licence: 'CC-BY-NC-SA-4.0',
  citations: [
    {
      type: 'article',
      key: 'livingstone2018ravdess',
      fields: {
        author: 'Livingstone, Steven R. and Russo, Frank A.',
        title:
          'The Ryerson Audio-Visual Database of Emotional Speech and Song (RAVDESS): A Dynamic, Multimodal Set of Facial and Vocal Expressions in North American English',
        journal: 'PLoS ONE',
        volume: '13',
        number: '5',
        pages: 'e0196391',
        year: '2018',
      },
    },
  ],
  obtain: 'https://zenodo.org/records/1188976 (Audio_Speech_Actors_01-24.zip)',
  labels: ['anger', 'calm', 'disgust', 'fear', 'happiness', 'neutral', 'sadness', 'surprise'],
  audio: 'none',
  parse(path) {
    const match = /^03-01-(0[1-8])-(0[12])-(0[12])-(0[12])-(\d\d)\.wav$/.exec(baseName(path));
    if (match === null) return undefined;
    const [, emotion = '', intensity = '', text = '', repetition = '', actor = ''] = match;
    if (Number(actor) < 1 || Number(actor) > 24) return undefined;
    return {
      id: baseName(path).slice(0, -'.wav'.length),
      emotion: emotions[emotion] ?? '',
      speaker: actor,
      sex: Number(actor) % 2 === 1 ? 'male' : 'female',
      text,
      take: `${intensity}-${repetition}`,
    };
  },
  recordings: 1440,
  manifest: null,
  knownBad: {},
  remotes: [
    {
      kind: 'archive',
      url: 'https://zenodo.org/records/1188976/files/Audio_Speech_Actors_01-24.zip?download=1',
    },
  ],
};
