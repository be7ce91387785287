import type { CorpusEntry } from './entry.ts';

const emotions: Readonly<Record<string, string>> = {
  a: 'anger',
  d: 'disgust',
  f: 'fear',
  h: 'happiness',
  n: 'neutral',
  sa: 'sadness',
  su: 'surprise',
};

/**
 * `DC/a01.wav` as it is distributed, or `DC_a01.wav` as many copies have it: speaker, emotion, number
 * of the sentence within the emotion. Three sentences are said in every emotion and others in
 * neutral again, but the names do not tell which: the text stays unknown.
 */
export const savee: CorpusEntry = {
  name: 'savee',
  title: 'Surrey Audio-Visual Expressed Emotion (SAVEE)',
  licence: 'free for research, after registration',
  citations: [
    {
      type: 'inproceedings',
      key: 'haq2009savee',
      fields: {
        author: 'Haq, Sanaul and Jackson, Philip J. B.',
        title: 'Speaker-Dependent Audio-Visual Emotion Recognition',
        booktitle:
          'Proceedings of the International Conference on Auditory-Visual Speech Processing',
        pages: '53--58',
        year: '2009',
      },
    },
  ],
  obtain: 'http://kahlan.eps.surrey.ac.uk/savee/ (registration)',
  labels: ['anger', 'disgust', 'fear', 'happiness', 'neutral', 'sadness', 'surprise'],
  audio: 'none',
  parse(path) {
    const match = /(?:^|\/)(DC|JE|JK|KL)[/_]((sa|su|[adfhn])(\d\d))\.wav$/.exec(path);
    if (match === null) return undefined;
    const [, speaker = '', name = '', letter = '', number = ''] = match;
    return {
      id: `${speaker}_${name}`,
      emotion: emotions[letter] ?? '',
      speaker,
      sex: 'male',
      text: '',
      take: number,
    };
  },
  recordings: 480,
  manifest: null,
  knownBad: {},
  remotes: [],
};
