import { stringify } from 'yaml';
import { emotionOf } from '../../corpora/guess/vocabulary.ts';
import type { OwnColumns } from '../../corpora/own-table.ts';

/** Words for "no label". */
const nothing = /^(x+|oth|other|unk|unknown|undefined|none|n\/?a|-+)$/i;

/** Every label of a corpus to an emotion of the project's; empty where all are that already. */
export function labelsFor(labels: readonly string[]): Readonly<Record<string, string | null>> {
  const entries = [...new Set(labels)].sort().map((label) => {
    const emotion = nothing.test(label) ? null : (emotionOf(label) ?? label);
    return [label, emotion] as const;
  });
  return entries.every(([label, emotion]) => label === emotion) ? {} : Object.fromEntries(entries);
}

export interface Suggestion {
  readonly name: string;
  readonly files: string;
  readonly table: string;
  readonly columns: OwnColumns;
  readonly labels: Readonly<Record<string, string | null>>;
  readonly speakers: number;
  /** Some recordings or rows have no partner. */
  readonly lenient: boolean;
}

/** A whole experiment on the corpus: small, so that the first number is there in a minute. */
export function suggestSpec(given: Suggestion): string {
  // The first three have their own names by default; the others are not read unless they are named.
  const columns = Object.entries(given.columns).filter(
    ([role, column]) =>
      column !== null && (column !== role || !['file', 'emotion', 'speaker'].includes(role)),
  );
  const spec = {
    name: given.name,
    seed: 42,
    stages: {
      speech: {
        uses: 'fetch',
        with: {
          name: given.name,
          files: given.files,
          table: given.table,
          ...(columns.length > 0 && { columns: Object.fromEntries(columns) }),
          ...(Object.keys(given.labels).length > 0 && { labels: given.labels }),
          ...(given.lenient && { on_bad_file: 'skip' }),
        },
      },
      mel: { uses: 'melspec', in: 'speech' },
      model: {
        uses: 'train-kfold',
        in: 'mel',
        with: {
          architecture: 'logreg',
          split: {
            scheme: given.speakers > 1 ? 'leave-one-speaker-out' : 'stratified-k-fold',
          },
        },
      },
      scores: { uses: 'evaluate', in: 'model' },
    },
  };
  return stringify(spec, { lineWidth: 100 });
}
