import type { Utterance } from '../../artifacts/corpus.ts';

/** An altered clip that is to be made. */
export interface Copy {
  readonly of: Utterance;
  /** 1, 2, … of the copies of a clip. */
  readonly number: number;
  readonly id: string;
  /** The clip it is a copy of; empty where it takes the place of an original. */
  readonly source: string;
  /** The first clip with this sound, by whose id random numbers are drawn: equal sounds stay equal. */
  readonly drawnAs: string;
}

/**
 * Which copies are made of these clips. They are called `ID~1`, `ID~2` …, without the names that are
 * taken, and name their clip as their source. Without `keep` the first of each takes the id and the source
 * of its clip.
 */
export function copiesOf(
  utterances: readonly Utterance[],
  { copies, keep }: { readonly copies: number; readonly keep: boolean },
): readonly Copy[] {
  const taken = new Set(utterances.map(({ id }) => id));
  const first = new Map([...utterances].reverse().map(({ audio, id }) => [audio, id]));
  return utterances.flatMap((of) => {
    const drawnAs = first.get(of.audio) ?? of.id;
    const made: Copy[] = [];
    for (let number = 1; made.length < copies; number++) {
      if (!keep && number === 1) {
        made.push({ of, number, id: of.id, source: of.source, drawnAs });
        continue;
      }
      const id = `${of.id}~${number}`;
      if (!taken.has(id)) made.push({ of, number, id, source: of.id, drawnAs });
    }
    return made;
  });
}
