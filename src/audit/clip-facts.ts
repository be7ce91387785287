import type { Corpus, Utterance } from '../artifacts/corpus.ts';
import type { Digest } from '../engine/digest.ts';
import type { Recordings } from './recordings.ts';

/** What a table of the ancestry says of the clip with an id and a sound. */
export type ClipTable = (id: string, audio: Digest) => Utterance | undefined;

/**
 * Tables of every corpus in an ancestry. A stage may rename speakers, so what any of its ancestors knew of a
 * clip counts; a clip is its sound, or the recording that this was made of: what it is called tells nothing.
 */
export function clipTables(
  corpora: readonly Corpus[],
  recordings: Recordings,
): readonly ClipTable[] {
  return corpora.map(({ utterances }): ClipTable => {
    const byId = new Map(utterances.map((one) => [one.id, one]));
    const byAudio = new Map(utterances.map((one) => [one.audio, one]));
    const byOrigin = new Map(utterances.map((one) => [recordings.origin(one.audio), one]));
    return (id, audio) => {
      const own = byId.get(id);
      if (own?.audio === audio) return own;
      return byAudio.get(audio) ?? byOrigin.get(recordings.origin(audio));
    };
  });
}
