import { type Static, Type } from 'typebox';
import type { CorpusInfo, Utterance } from '../../artifacts/corpus.ts';
import { corpusNameOf } from '../../artifacts/corpus-parts.ts';
import { nearest } from '../../util/suggest.ts';

/** Columns that hold text: those of corpus.csv, and the corpus that a clip comes from. */
export const textColumns = [
  'id',
  'emotion',
  'speaker',
  'sex',
  'text',
  'take',
  'source',
  'corpus',
] as const;

export type TextColumn = (typeof textColumns)[number];

const numberColumns = ['rate', 'duration'] as const;

const words = Type.Union([Type.String(), Type.Number()]);
const oneOf = Type.Union([words, Type.Array(words, { minItems: 1 })]);
const range = Type.Object(
  {
    min: Type.Optional(Type.Number({ description: 'At least this.' })),
    max: Type.Optional(Type.Number({ description: 'At most this.' })),
  },
  { additionalProperties: false, minProperties: 1 },
);
const numbers = Type.Union([Type.Number(), Type.Array(Type.Number(), { minItems: 1 }), range]);

const meanings: Readonly<Record<(typeof textColumns | typeof numberColumns)[number], string>> = {
  id: 'Ids of clips.',
  emotion: 'Emotions, as the corpus calls them before `labels` renames any.',
  speaker: 'Speakers.',
  sex: 'female, male, or "" where the corpus does not state it.',
  text: 'Sentences.',
  take: 'Takes of a sentence.',
  source: 'Originals that clips are copies of; "" for originals.',
  corpus: 'Corpora that a merged corpus was made of.',
  rate: 'Sampling rate in Hz: a number, a list, or { min, max }.',
  duration: 'Seconds: { min, max }.',
};

/** Column to what a clip must hold there: a value, a list of which one must fit, or a range. */
export function conditions(description: string) {
  const text = (column: TextColumn) =>
    Type.Optional(Type.Union(oneOf.anyOf, { description: meanings[column] }));
  const number = (column: (typeof numberColumns)[number]) =>
    Type.Optional(Type.Union(numbers.anyOf, { description: meanings[column] }));
  return Type.Object(
    {
      id: text('id'),
      emotion: text('emotion'),
      speaker: text('speaker'),
      sex: text('sex'),
      text: text('text'),
      take: text('take'),
      source: text('source'),
      corpus: text('corpus'),
      rate: number('rate'),
      duration: number('duration'),
    },
    { additionalProperties: false, default: {}, description },
  );
}

export type Conditions = Static<ReturnType<typeof conditions>>;

/** Whether a clip meets one condition. */
export interface Test {
  readonly column: string;
  fits(clip: Utterance): boolean;
}

/** The conditions as tests, in the order of the columns. */
export function testsOf(given: Conditions, info: CorpusInfo): readonly Test[] {
  return Object.entries(given).map(([column, wanted]) => {
    const value = readerOf(column, info);
    if (typeof wanted === 'object' && !Array.isArray(wanted)) {
      const { min = -Infinity, max = Infinity } = wanted as Static<typeof range>;
      return { column, fits: (clip) => Number(value(clip)) >= min && Number(value(clip)) <= max };
    }
    const set = new Set(listOf(wanted as Static<typeof oneOf>));
    return { column, fits: (clip) => set.has(value(clip)) };
  });
}

/** Values that no clip holds: spelt wrong, or of another corpus. One sentence each. */
export function unknownValues(
  given: Conditions,
  info: CorpusInfo,
  clips: readonly Utterance[],
): readonly string[] {
  return Object.entries(given).flatMap(([column, wanted]) => {
    if (typeof wanted === 'object' && !Array.isArray(wanted)) return [];
    const there = new Set(clips.map(readerOf(column, info)));
    return listOf(wanted as Static<typeof oneOf>).flatMap((value) => {
      if (there.has(value)) return [];
      const padded = [...there].find((one) => one !== '' && Number(one) === Number(value));
      const near = padded ?? nearest(value, there);
      const hint =
        near === undefined ? `, which has ${some([...there])}` : `, nearest is "${near}"`;
      return [`no clip has the ${column} "${value}"${hint}`];
    });
  });
}

/** What a clip holds in a column, as text. */
export function readerOf(column: string, info: CorpusInfo): (clip: Utterance) => string {
  if (column === 'corpus') return ({ id }) => corpusNameOf(info, id);
  return (clip) => String(clip[column as keyof Utterance]);
}

function listOf(wanted: Static<typeof oneOf>): readonly string[] {
  return (Array.isArray(wanted) ? wanted : [wanted]).map(String);
}

function some(values: readonly string[]): string {
  const named = values.map((value) => (value === '' ? 'none at all' : value)).sort();
  const rest = named.length - 8;
  return named.slice(0, 8).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
