import type { CorpusInfo, Utterance } from '../../artifacts/corpus.ts';

export type LabelMap = Readonly<Record<string, string | null>>;

export interface Relabelled {
  readonly clips: readonly Utterance[];
  /** The labels that a clip still has, in the corpus's order; one with a new name stays in its place. */
  readonly labels: readonly string[];
  /** Clips that a null dropped, by label. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** Renames emotions; null drops their clips; what the map does not name stays. */
export function relabel(clips: readonly Utterance[], info: CorpusInfo, map: LabelMap): Relabelled {
  const renamed = (label: string): string | null => {
    const to = Object.hasOwn(map, label) ? map[label] : label;
    return to === undefined ? label : to;
  };
  const dropped: Record<string, number> = {};
  const kept = clips.flatMap((clip) => {
    const emotion = renamed(clip.emotion);
    if (emotion !== null) return [{ ...clip, emotion }];
    dropped[clip.emotion] = (dropped[clip.emotion] ?? 0) + 1;
    return [];
  });
  const used = new Set(kept.map(({ emotion }) => emotion));
  const order = new Set(info.labels.flatMap((label) => renamed(label) ?? []));
  return { clips: kept, labels: [...order].filter((label) => used.has(label)), dropped };
}
