import { baseName } from '../recording.ts';
import { emotionOf } from './vocabulary.ts';

/** Where in a path something is said: `folder 1` is the nearest, `part 2` the second of the name. */
export interface NameGuess {
  readonly places: {
    readonly emotion: string;
    readonly speaker: string;
    readonly text: string | null;
  };
  /** One row per file, in the order of the files. */
  readonly rows: readonly {
    readonly file: string;
    readonly emotion: string;
    readonly speaker: string;
    readonly text: string;
  }[];
}

/**
 * What folders and file names say: the emotion is where most values are known words; a speaker, and
 * a sentence, are where a few values occur in several emotions each. `undefined` where no place tells
 * emotions or speakers apart.
 */
export function guessNames(files: readonly string[]): NameGuess | undefined {
  const read = files.map(placesOf);
  const names = [...new Set(read.flatMap((places) => [...places.keys()]))];
  const valuesAt = (place: string) => read.map((places) => places.get(place) ?? '');

  const scored = names.map((place) => {
    const emotions = valuesAt(place).map(emotionOf);
    return {
      place,
      known: emotions.filter((one) => one !== undefined).length / files.length,
      kinds: new Set(emotions).size,
    };
  });
  const [best] = scored
    .filter(({ known, kinds }) => known > 0.8 && kinds > 1)
    .sort((a, b) => b.known - a.known);
  if (best === undefined) return undefined;
  const emotions = valuesAt(best.place);

  // A whole part is likelier a name than a piece of one.
  const whole = (place: string): boolean => !place.includes('piece');
  const crossing = [...names.filter(whole), ...names.filter((place) => !whole(place))].filter(
    (place) => place !== best.place && crosses(valuesAt(place), emotions),
  );
  const named = crossing.find((place) => valuesAt(place).every((one) => speakerWord.test(one)));
  const speaker = named ?? crossing[0];
  if (speaker === undefined) return undefined;
  const text = crossing.find(
    (place) => place !== speaker && !tellsSame(valuesAt(place), valuesAt(speaker)),
  );
  const speakers = valuesAt(speaker);
  const texts = text === undefined ? [] : valuesAt(text);
  return {
    places: { emotion: best.place, speaker, text: text ?? null },
    rows: files.map((file, i) => ({
      file,
      emotion: emotions[i] ?? '',
      speaker: speakers[i] ?? '',
      text: texts[i] ?? '',
    })),
  };
}

const speakerWord = /^(speaker|spk|actor|subject|subj|sub|participant)[\s_-]*\w+$/i;

/** Every part of a path by its place: whole parts, and where letters meet digits their pieces. */
function placesOf(file: string): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  const folders = file.split('/').slice(0, -1).reverse();
  for (const [i, folder] of folders.entries()) places.set(`folder ${i + 1}`, folder);
  const stem = baseName(file).replace(/\.[^.]*$/, '');
  const parts = stem.split(/[\s_\-.,()[\]+]+/).filter((part) => part !== '');
  for (const [i, part] of parts.entries()) {
    places.set(`part ${i + 1}`, part);
    const pieces = part.match(/\p{L}+|\d+/gu) ?? [];
    if (pieces.length < 2) continue;
    for (const [j, piece] of pieces.entries()) places.set(`part ${i + 1}, piece ${j + 1}`, piece);
  }
  return places;
}

/** A few values, there in every file, each in most of the emotions. */
function crosses(values: readonly string[], emotions: readonly string[]): boolean {
  if (values.includes('')) return false;
  const seen = new Map<string, Set<string>>();
  for (const [i, value] of values.entries()) {
    seen.set(value, (seen.get(value) ?? new Set()).add(emotions[i] ?? ''));
  }
  if (seen.size < 2 || seen.size > values.length / 2) return false;
  const all = new Set(emotions).size;
  const mean = [...seen.values()].reduce((sum, set) => sum + set.size, 0) / seen.size;
  return mean > 0.6 * all;
}

/** Two places that part the files alike say the same thing twice. */
function tellsSame(a: readonly string[], b: readonly string[]): boolean {
  const pairs = new Set(a.map((value, i) => `${value}\0${b[i]}`));
  return pairs.size === new Set(a).size && pairs.size === new Set(b).size;
}
