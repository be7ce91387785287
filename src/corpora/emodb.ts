import type { CorpusEntry } from './entry.ts';
import manifest from './manifests/emodb.json' with { type: 'json' };
import { baseName } from './recording.ts';

/** The letters of the German words: Wut, Langeweile, Ekel, Angst, Freude, Trauer, neutral. */
const emotions: Readonly<Record<string, string>> = {
  W: 'anger',
  L: 'boredom',
  E: 'disgust',
  A: 'fear',
  F: 'happiness',
  T: 'sadness',
  N: 'neutral',
};

const men = new Set(['03', '10', '11', '12', '15']);
const women = new Set(['08', '09', '13', '14', '16']);

/** `03a01Fa.wav`: speaker, sentence, emotion, take. */
export const emodb: CorpusEntry = {
  name: 'emodb',
  title: 'Berlin Database of Emotional Speech (EmoDB)',
  licence: 'CC0-1.0',
  citations: [
    {
      type: 'inproceedings',
      key: 'burkhardt2005emodb',
      fields: {
        author:
          'Burkhardt, Felix and Paeschke, Astrid and Rolfes, Miriam and Sendlmeier, Walter F. and Weiss, Benjamin',
        title: 'A Database of German Emotional Speech',
        booktitle: 'Proceedings of Interspeech 2005',
        pages: '1517--1520',
        year: '2005',
      },
    },
  ],
  obtain: 'http://emodb.bilderbar.info/download/download.zip',
  labels: ['anger', 'boredom', 'disgust', 'fear', 'happiness', 'neutral', 'sadness'],
  audio: 'embed',
  parse(path) {
    const name = baseName(path);
    const match = /^(\d\d)([ab]\d\d)([WLEAFTN])([a-z])\.wav$/.exec(name);
    if (match === null) return undefined;
    const [, speaker = '', text = '', letter = '', take = ''] = match;
    return {
      id: name.slice(0, -'.wav'.length),
      emotion: emotions[letter] ?? '',
      speaker,
      sex: men.has(speaker) ? 'male' : women.has(speaker) ? 'female' : '',
      text,
      take,
    };
  },
  human: {
    above: 0.8,
    source: 'Burkhardt et al. 2005',
    remark: 'clips were kept where more than 80 % of listeners named the emotion',
  },
  recordings: 535,
  manifest,
  knownBad: {},
  remotes: [{ kind: 'archive', url: 'http://emodb.bilderbar.info/download/download.zip' }],
};
