import type { CorpusInfo, Utterance } from '../../artifacts/corpus.ts';
import { createRandom, hashSeed } from '../../util/random.ts';
import { readerOf, type TextColumn } from './conditions.ts';

/** What was drawn, and from how many groups of which sizes. */
export interface Balanced {
  readonly kept: readonly Utterance[];
  /** Clips that every group now has. */
  readonly each: number;
  readonly groups: number;
  /** The group that set the number, as its values. */
  readonly smallest: readonly string[];
}

/**
 * As many clips of every combination of values that occurs in `columns` as the rarest one has. A
 * group is drawn by the seed and its own values, so what one loses does not depend on the others.
 */
export function balance(
  clips: readonly Utterance[],
  columns: readonly TextColumn[],
  info: CorpusInfo,
  seed: number,
): Balanced {
  const read = columns.map((column) => readerOf(column, info));
  const groups = new Map<string, { values: readonly string[]; clips: Utterance[] }>();
  for (const clip of clips) {
    const values = read.map((value) => value(clip));
    const key = JSON.stringify(values);
    const group = groups.get(key) ?? { values, clips: [] };
    group.clips.push(clip);
    groups.set(key, group);
  }
  const [smallest] = [...groups.values()].sort((a, b) => a.clips.length - b.clips.length);
  const each = smallest?.clips.length ?? 0;
  const drawn = new Set(
    [...groups].flatMap(([key, group]) =>
      createRandom(hashSeed(seed, 'balance', key))
        .shuffle(group.clips)
        .slice(0, each),
    ),
  );
  return {
    kept: clips.filter((clip) => drawn.has(clip)),
    each,
    groups: groups.size,
    smallest: smallest?.values ?? [],
  };
}
