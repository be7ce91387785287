import { type Corpus, readCorpus, type Utterance } from '../../artifacts/corpus.ts';
import type { ArtifactFiles } from '../../engine/artifact.ts';
import { sha256 } from '../../engine/digest.ts';
import type { TaskRecord } from '../../engine/record/types.ts';
import type { DatasetInput } from '../client/index.ts';
import type { RunRecord } from './record.ts';

export interface RecordedCorpus {
  readonly digest: string;
  readonly files: ArtifactFiles;
  readonly corpus: Corpus;
}

export function openCorpus(run: RunRecord, digest: string | undefined): RecordedCorpus | undefined {
  const files = digest === undefined ? undefined : run.artifact(digest);
  if (digest === undefined || files === undefined) return undefined;
  return { digest, files, corpus: readCorpus(files) };
}

/** All clips. */
export function wholeDataset({ digest, corpus }: RecordedCorpus): DatasetInput {
  return dataset(corpus, corpus.utterances, digest, 'all');
}

/** What one fold is trained on, chosen by and scored on. */
export function foldDatasets(
  { digest, corpus }: RecordedCorpus,
  { params }: TaskRecord,
): readonly DatasetInput[] {
  const sides = [
    ['training', params['fit']],
    ['validation', params['validate']],
    ['test', params['test']],
  ] as const;
  return sides.flatMap(([context, clips]) => {
    const ids = new Set(idsOf(clips));
    const rows = corpus.utterances.filter(({ id }) => ids.has(id));
    if (rows.length === 0) return [];
    // A name and a digest make the dataset: each side has its own.
    const own = sha256([digest, context, ...rows.map(({ id }) => id)].join('\n'));
    return [dataset(corpus, rows, own, context)];
  });
}

/** A list of ids, or one per class. */
function idsOf(clips: unknown): readonly string[] {
  if (Array.isArray(clips)) return clips as readonly string[];
  return typeof clips === 'object' && clips !== null
    ? (Object.values(clips).flat() as readonly string[])
    : [];
}

export function speakersOf(rows: readonly Utterance[]): readonly string[] {
  return [...new Set(rows.map(({ speaker }) => speaker))].sort();
}

function dataset(
  { info }: Corpus,
  rows: readonly Utterance[],
  digest: string,
  context: string,
): DatasetInput {
  const labels = info.labels.map((label) => [
    label,
    rows.filter(({ emotion }) => emotion === label).length,
  ]);
  const column = (name: string) => ({ type: 'string', name, required: true });
  return {
    context,
    dataset: {
      name: info.name,
      // Long enough to be one of its kind, short enough to be read in a table.
      digest: digest.slice(0, 16),
      sourceType: 'local',
      source: JSON.stringify({ uri: `corpus:${info.name}`, manifest: info.manifest }),
      schema: JSON.stringify({
        mlflow_colspec: ['id', 'emotion', 'speaker', 'sex', 'text'].map(column),
      }),
      profile: JSON.stringify({
        num_rows: rows.length,
        seconds: Math.round(rows.reduce((sum, { duration }) => sum + duration, 0)),
        speakers: speakersOf(rows),
        labels: Object.fromEntries(labels),
        licence: info.licence,
        pinned: info.pinned,
      }),
    },
  };
}
