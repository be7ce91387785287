import type { CorpusEntry } from './entry.ts';
import manifest from './manifests/aesdd.json' with { type: 'json' };
import { baseName } from './recording.ts';

const emotions: Readonly<Record<string, string>> = {
  a: 'anger',
  d: 'disgust',
  f: 'fear',
  h: 'happiness',
  s: 'sadness',
};

/**
 * `a06 (5)b.wav`: emotion, utterance 01–20 (20 is improvised, so its words differ), speaker, take.
 * Five files write speaker 1 as `(01)`; the second takes of speaker 5 end in a letter. The authors
 * do not say who speaks: sex stays empty.
 */
export const aesdd: CorpusEntry = {
  name: 'aesdd',
  title: 'Acted Emotional Speech Dynamic Database (AESDD)',
  licence: 'none stated; its authors offer it for non-commercial research',
  citations: [
    {
      type: 'article',
      key: 'vryzas2018aesdd',
      fields: {
        author:
          'Vryzas, Nikolaos and Kotsakis, Rigas and Liatsou, Aikaterini and Dimoulas, Charalampos and Kalliris, George',
        title: 'Speech Emotion Recognition for Performance Interaction',
        journal: 'Journal of the Audio Engineering Society',
        volume: '66',
        number: '6',
        pages: '457--467',
        year: '2018',
      },
    },
    {
      type: 'inproceedings',
      key: 'vryzas2018subjective',
      fields: {
        author:
          'Vryzas, Nikolaos and Matsiola, Maria and Kotsakis, Rigas and Dimoulas, Charalampos and Kalliris, George',
        title: 'Subjective Evaluation of a Speech Emotion Recognition Interaction Framework',
        booktitle: 'Proceedings of the Audio Mostly 2018',
        publisher: 'ACM',
        year: '2018',
      },
    },
  ],
  obtain: 'http://m3c.web.auth.gr/research/aesdd-speech-emotion-recognition/',
  labels: ['anger', 'disgust', 'fear', 'happiness', 'sadness'],
  audio: 'none',
  parse(path) {
    const name = baseName(path);
    const match = /^([adfhs])(\d\d) \((\d+)\)([ab]?)\.wav$/.exec(name);
    if (match === null) return undefined;
    const [, letter = '', text = '', speaker = '', take = ''] = match;
    return {
      id: name.slice(0, -'.wav'.length),
      emotion: emotions[letter] ?? '',
      speaker: String(Number(speaker)),
      sex: '',
      text,
      take: take === '' ? 'a' : take,
    };
  },
  recordings: 605,
  manifest,
  knownBad: { 's05 (3).wav': 'no data chunk, in the original as well' },
  remotes: [
    {
      kind: 'dagshub',
      host: 'https://dagshub.com',
      repository: 'kingabzpro/Acted-Emotional-Speech-Dynamic-Database',
      revision: 'master',
      path: '',
    },
    {
      kind: 'hugging-face',
      host: 'https://huggingface.co',
      dataset: 'EdwardLin2023/AESDD',
      revision: '5ecde28811adf538a7699b76291a99503e3734f5',
      path: '',
    },
  ],
};
