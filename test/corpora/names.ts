import { corpora } from '../../src/corpora/index.ts';

const two = (n: number): string => String(n).padStart(2, '0');

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** Paths of RAVDESS's speech: 24 actors × 60, neutral in one intensity alone. */
function ravdess(): readonly string[] {
  return range(1, 24).flatMap((actor) =>
    range(1, 8).flatMap((emotion) =>
      (emotion === 1 ? [1] : [1, 2]).flatMap((intensity) =>
        [1, 2].flatMap((text) =>
          [1, 2].map((take) => {
            const parts = [3, 1, emotion, intensity, text, take, actor].map(two);
            return `Actor_${two(actor)}/${parts.join('-')}.wav`;
          }),
        ),
      ),
    ),
  );
}

/** 4 men × 15 of six emotions and 30 neutral. */
function savee(): readonly string[] {
  return ['DC', 'JE', 'JK', 'KL'].flatMap((speaker) =>
    ['a', 'd', 'f', 'h', 'n', 'sa', 'su'].flatMap((letter) =>
      range(1, letter === 'n' ? 30 : 15).map((n) => `AudioData/${speaker}/${letter}${two(n)}.wav`),
    ),
  );
}

/** 2 women × 7 emotions × 200 words; the words are made up, save for the odd names. */
function tess(): readonly string[] {
  const letters = 'abcdefghijklmnopqrst';
  const words = ['bite', ...[...letters].flatMap((a) => [...letters].map((b) => `w${a}${b}`))];
  return ['OAF', 'YAF'].flatMap((speaker) =>
    ['angry', 'disgust', 'fear', 'happy', 'neutral', 'ps', 'sad'].flatMap((emotion) =>
      words.slice(0, 200).map((word) => {
        const odd = speaker === 'OAF' && word === 'bite' && emotion === 'neutral';
        return `${speaker}_${emotion}/${odd ? 'OA' : speaker}_${word}_${emotion}.wav`;
      }),
    ),
  );
}

/** 91 actors × (15 + 67), less the 20 that there are not. */
function cremaD(): readonly string[] {
  const emotions = ['ANG', 'DIS', 'FEA', 'HAP', 'SAD'];
  const texts = 'TIE IOM IWW TAI MTI IWL ITH DFA ITS TSI WSI'.split(' ');
  const all = range(1001, 1091).flatMap((actor) =>
    [
      ...emotions.flatMap((emotion) => ['LO', 'MD', 'HI'].map((one) => `IEO_${emotion}_${one}`)),
      'IEO_NEU_XX',
      ...texts.flatMap((text) => [...emotions, 'NEU'].map((emotion) => `${text}_${emotion}_XX`)),
    ].map((rest) => `AudioWAV/${actor}_${rest}.wav`),
  );
  return all
    .filter((_, index) => index % 373 !== 372)
    .map((path) => path.replace('1040_ITH_SAD_XX', '1040_ITH_SAD_X'));
}

/** The paths that the original of a corpus has, or as many of the same make where nobody has listed them. */
export function originalPaths(name: string): readonly string[] {
  const { manifest } = corpora[name] ?? { manifest: null };
  if (manifest !== null) return Object.keys(manifest);
  const made: Readonly<Record<string, () => readonly string[]>> = {
    ravdess,
    savee,
    tess,
    'crema-d': cremaD,
  };
  const paths = made[name];
  if (paths === undefined) throw new Error(`say in names.ts what ${name} calls its recordings`);
  return paths();
}
