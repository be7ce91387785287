import type { CorpusEntry } from './entry.ts';
import { baseName } from './recording.ts';

const emotions: Readonly<Record<string, string>> = {
  ANG: 'anger',
  DIS: 'disgust',
  FEA: 'fear',
  HAP: 'happiness',
  NEU: 'neutral',
  SAD: 'sadness',
};

/** From VideoDemographics.csv of the corpus; the other actors, up to 1091, are men. */
const women = new Set(
  [
    ...[1002, 1003, 1004, 1006, 1007, 1008, 1009, 1010, 1012, 1013, 1018, 1020, 1021, 1024, 1025],
    ...[1028, 1029, 1030, 1037, 1043, 1046, 1047, 1049, 1052, 1053, 1054, 1055, 1056, 1058, 1060],
    ...[1061, 1063, 1072, 1073, 1074, 1075, 1076, 1078, 1079, 1082, 1084, 1089, 1091],
  ].map(String),
);

/**
 * `1001_DFA_ANG_XX.wav`: actor, one of twelve sentences, intended emotion, level (low, medium, high,
 * XX where none was asked for; one name has a single X). What raters heard is in tables of the corpus
 * that are not read here.
 */
export const cremaD: CorpusEntry = {
  name: 'crema-d',
  title: 'Crowd-Sourced Emotional Multimodal Actors Dataset (CREMA-D)',
  licence: 'ODbL-1.0, contents DbCL-1.0',
  citations: [
    {
      type: 'article',
      key: 'cao2014cremad',
      fields: {
        author:
          'Cao, Houwei and Cooper, David G. and Keutmann, Michael K. and Gur, Ruben C. and Nenkova, Ani and Verma, Ragini',
        title: 'CREMA-D: Crowd-Sourced Emotional Multimodal Actors Dataset',
        journal: 'IEEE Transactions on Affective Computing',
        volume: '5',
        number: '4',
        pages: '377--390',
        year: '2014',
      },
    },
  ],
  obtain: 'https://github.com/CheyneyComputerScience/CREMA-D (AudioWAV, by Git LFS)',
  labels: ['anger', 'disgust', 'fear', 'happiness', 'neutral', 'sadness'],
  audio: 'embed',
  parse(path) {
    const name = baseName(path);
    const match =
      /^(10\d\d)_(IEO|TIE|IOM|IWW|TAI|MTI|IWL|ITH|DFA|ITS|TSI|WSI)_(ANG|DIS|FEA|HAP|NEU|SAD)_(LO|MD|HI|XX?)\.wav$/.exec(
        name,
      );
    if (match === null) return undefined;
    const [, speaker = '', text = '', emotion = '', level = ''] = match;
    if (Number(speaker) < 1001 || Number(speaker) > 1091) return undefined;
    return {
      id: name.slice(0, -'.wav'.length),
      emotion: emotions[emotion] ?? '',
      speaker,
      sex: women.has(speaker) ? 'female' : 'male',
      text,
      take: level === 'X' ? 'XX' : level,
    };
  },
  recordings: 7442,
  manifest: null,
  knownBad: { '1076_MTI_SAD_XX.wav': 'no sound in it, in the original as well' },
  remotes: [],
};
