import { readCorpus } from '../artifacts/corpus.ts';
import type { ArtifactFiles } from '../engine/artifact.ts';

/** What one table of the ancestry says of a clip; equal values mean the same sound, origin, speaker, text. */
export interface ClipFacts {
  readonly audio: string;
  /** The recording that it is, or that it was made of. */
  readonly origin: string;
  readonly speaker: string;
  /** Empty where it is not known. */
  readonly text: string;
}

/**
 * Tables of clips by id, of every corpus in an ancestry. A stage may rename speakers or forget sources, so
 * what any of its ancestors knew of a clip counts; a clip that got another id is known by its sound.
 */
export function clipTables(
  corpora: readonly ArtifactFiles[],
): readonly ReadonlyMap<string, ClipFacts>[] {
  const read = corpora.map((files) => readCorpus(files).utterances);
  const audioOf = new Map(read.flat().map(({ id, audio }) => [id, audio]));
  return read.map((utterances) => {
    const source = new Map(utterances.map((one) => [one.id, one.source]));
    const originOf = (id: string): string => {
      const seen = new Set<string>();
      let at = id;
      for (let next = source.get(at); next && !seen.has(next); next = source.get(at)) {
        seen.add(at);
        at = next;
      }
      return at;
    };
    const table = new Map<string, ClipFacts>();
    const byAudio = new Map<string, ClipFacts>();
    for (const { id, audio, speaker, text } of utterances) {
      const facts = { audio, origin: originOf(id), speaker, text };
      table.set(id, facts);
      byAudio.set(audio, facts);
    }
    for (const [id, audio] of audioOf) {
      const same = byAudio.get(audio);
      if (!table.has(id) && same !== undefined) table.set(id, same);
    }
    return table;
  });
}
