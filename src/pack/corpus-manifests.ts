import { type Corpus, readCorpus } from '../artifacts/corpus.ts';
import { corpora } from '../corpora/index.ts';
import type { ArtifactFiles } from '../engine/artifact.ts';
import { lockText } from '../engine/lock-file.ts';
import { formatCsv } from '../util/csv.ts';
import type { PackTask } from './contents.ts';

/** A corpus that came into the run from outside. */
export interface PackedCorpus {
  /** Of the stage that brought it in. */
  readonly address: string;
  readonly corpus: Corpus;
  /** Clip, path in the original where it is known, and digest of each recording. */
  readonly manifest: string;
}

/** The corpora that tasks without inputs brought in, with the list of their recordings. */
export function corpusManifests(
  tasks: readonly PackTask[],
  artifact: (output: PackTask['record']['outputs'][string]) => ArtifactFiles,
): readonly PackedCorpus[] {
  return tasks.flatMap(({ address, record }) => {
    if (Object.keys(record.inputs).length > 0) return [];
    return Object.values(record.outputs)
      .filter(({ type }) => type === 'corpus')
      .map((output) => {
        const corpus = readCorpus(artifact(output));
        return { address, corpus, manifest: manifestOf(corpus) };
      });
  });
}

/**
 * What the lock file held when the run began: every corpus that nothing else pins, with what it was then. Undefined
 * where there is none.
 */
export function runLock(corpora: readonly PackedCorpus[]): string | undefined {
  const held = corpora.flatMap(({ corpus: { info } }) =>
    info.pinned ? [] : [[info.name, info.manifest] as const],
  );
  return held.length === 0 ? undefined : lockText(new Map(held));
}

/** Titles of all corpora of a run, also of those that its own stages made, whose sound may not be passed on. */
export function closedCorpora(
  tasks: readonly PackTask[],
  artifact: (output: PackTask['record']['outputs'][string]) => ArtifactFiles,
): readonly string[] {
  const seen = new Map(
    tasks
      .flatMap(({ record }) => Object.values(record.outputs))
      .filter(({ type }) => type === 'corpus')
      .map((output) => [output.digest, output]),
  );
  const infos = [...seen.values()].map((output) => readCorpus(artifact(output)).info);
  return [...new Set(infos.filter(({ audio }) => audio !== 'embed').map(({ title }) => title))];
}

function manifestOf({ info, utterances }: Corpus): string {
  const entry = corpora[info.name];
  const original = new Map(
    Object.entries(entry?.manifest ?? {}).map(([path, digest]) => [
      `${entry?.parse(path)?.id} ${digest}`,
      path,
    ]),
  );
  return formatCsv(
    ['id', 'path', 'sha256'],
    utterances.map(({ id, audio }) => [id, original.get(`${id} ${audio}`) ?? null, audio]),
  );
}
