import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { type Corpus, readCorpus, type Utterance } from '../../artifacts/corpus.ts';
import type { Metrics } from '../../artifacts/evaluation.ts';
import type { ErrorRow } from '../../artifacts/evaluation-tables.ts';
import type { ArtifactFiles } from '../../engine/artifact.ts';
import { evicted } from '../../engine/cache/evicted.ts';
import { shownErrors } from '../../report/errors-part.ts';
import type { EvaluationRow, ShownClip } from '../../report/report-data.ts';
import { headlineSet } from '../../report/sentence.ts';
import { parseCsv } from '../../util/csv.ts';
import { groupBy } from '../../util/group-by.ts';
import { createAudioEmbedder, soundFile } from '../embed-audio.ts';

/** Bytes of sound on a report, over all its evaluations: base64 takes a third more, and a page stays below 5 MB with its charts. */
const soundRoom = 2e6;

/** The rows of `errors.csv` by name of the set; none where an older version wrote no such table. */
export function readErrors(files: ArtifactFiles): Readonly<Record<string, readonly ErrorRow[]>> {
  if (files.files['errors.csv'] === undefined) return {};
  const { header, rows } = parseCsv(readFileSync(files.path('errors.csv'), 'utf8'));
  if (rows.some((row) => row.length !== header.length)) throw new Error('a row is cut short');
  const cell = (row: readonly string[], name: string): string => row[header.indexOf(name)] ?? '';
  const number = (row: readonly string[], name: string): number => Number(cell(row, name));
  const groups = groupBy(rows, (row) => cell(row, 'set'));
  return Object.fromEntries(
    [...groups].map(([name, own]) => [
      name,
      own.map((row) => ({
        ...{ id: cell(row, 'id'), speaker: cell(row, 'speaker'), fold: number(row, 'fold') },
        ...{ truth: cell(row, 'truth'), predicted: cell(row, 'predicted') },
        ...{ confidence: number(row, 'confidence'), p_true: number(row, 'p_true') },
        ...{ seeds: number(row, 'seeds'), seeds_wrong: number(row, 'seeds_wrong') },
      })),
    ]),
  );
}

/**
 * The surest errors of the headline's models, each with its spectrogram and, where allowed, its sound; and how many
 * sounds were evicted.
 */
export async function readClips(
  metrics: Metrics,
  errors: EvaluationRow['errors'],
  corpora: readonly ArtifactFiles[],
  evaluations: number,
): Promise<Pick<EvaluationRow, 'clips' | 'mute'> & { readonly lost: number }> {
  const shown = (errors[headlineSet(metrics)?.name ?? ''] ?? []).slice(0, shownErrors);
  const found = shown.length === 0 ? undefined : corpusOf(shown, corpora);
  if (found === undefined) return { clips: {}, mute: null, lost: 0 };
  const { corpus, files, byId } = found;
  const play = createAudioEmbedder(corpus, files, soundRoom / evaluations);
  const clips: Record<string, ShownClip> = {};
  let lost = 0;
  for (const { id } of shown) {
    const utterance = byId.get(id);
    if (utterance === undefined) continue;
    const { text, duration } = utterance;
    if (isLost(utterance, files)) lost++;
    const picture = await pictureOf(utterance, files);
    clips[id] = { text, duration, picture, sound: play(id) ?? null };
  }
  const silent = Object.values(clips).some(({ sound }) => sound === null);
  const mute =
    corpus.info.audio === 'none'
      ? `No players: the licence of the corpus (${corpus.info.licence}) does not let its audio be passed on.`
      : silent
        ? `Clips without a player were ${evicted}, or would make the page larger than 5 MB.`
        : null;
  return { clips, mute, lost };
}

/** The corpus that has all these clips; the last one, which is nearest to the evaluation. */
function corpusOf(
  errors: readonly ErrorRow[],
  corpora: readonly ArtifactFiles[],
):
  | {
      readonly corpus: Corpus;
      readonly files: ArtifactFiles;
      readonly byId: ReadonlyMap<string, Utterance>;
    }
  | undefined {
  for (const files of [...corpora].reverse()) {
    const corpus = readCorpus(files);
    const byId = new Map(corpus.utterances.map((one) => [one.id, one]));
    if (errors.every(({ id }) => byId.has(id))) return { corpus, files, byId };
  }
  return undefined;
}

/** No object at all: a link to a user's file that has moved is one. */
function isLost({ audio }: Utterance, files: ArtifactFiles): boolean {
  const name = soundFile(files, audio);
  return name !== undefined && lstatSync(files.path(name), { throwIfNoEntry: false }) === undefined;
}

async function pictureOf({ audio }: Utterance, files: ArtifactFiles): Promise<Uint8Array | null> {
  const name = soundFile(files, audio);
  if (name === undefined || !existsSync(files.path(name))) return null;
  const { clipPicture } = await import('./clip-picture.ts');
  try {
    return await clipPicture(files.path(name));
  } catch {
    // A sound that cannot be drawn has a card without a picture.
    return null;
  }
}
