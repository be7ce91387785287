/** What a split may look at: the label, and what clips can have in common. Empty = unknown. */
export interface Clip {
  readonly id: string;
  readonly label: string;
  readonly speaker: string;
  readonly text: string;
  /** Digest of the audio: equal sound, whatever the name. */
  readonly audio: string;
  /** Id of the clip this one is an altered copy of; empty for an original. */
  readonly source: string;
  /** The corpus it was recorded for; equal for all clips unless corpora were merged. */
  readonly corpus: string;
}

/** One fold: which clips train, which choose, which are scored. Ids in corpus order. */
export interface Fold {
  readonly fit: readonly string[];
  readonly validate: readonly string[];
  readonly test: readonly string[];
}

/** The distinct values, sorted, as `numpy.unique` gives them. */
export function unique(values: Iterable<string>): string[] {
  return [...new Set(values)].sort();
}

/** The original that each clip goes back to, by id; a copy of a copy goes back to the first. */
export function originals(
  clips: readonly Pick<Clip, 'id' | 'source'>[],
): ReadonlyMap<string, string> {
  const source = new Map(clips.map((clip) => [clip.id, clip.source]));
  const found = new Map<string, string>();
  for (const { id } of clips) {
    const seen = new Set([id]);
    let root = id;
    for (;;) {
      const next = source.get(root) ?? '';
      if (next === '' || seen.has(next)) break;
      seen.add(next);
      root = next;
    }
    found.set(id, root);
  }
  return found;
}
