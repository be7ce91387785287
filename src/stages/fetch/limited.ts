import type { Labelled } from '../../corpora/entry.ts';

/** The first `limit` clips by id of every class and speaker, in the order given; all where it is null. */
export function limited<T extends Labelled>(
  clips: readonly T[],
  limit: number | null,
): readonly T[] {
  if (limit === null) return clips;
  const groups = new Map<string, T[]>();
  for (const clip of clips) {
    const group = `${clip.emotion}\0${clip.speaker}`;
    groups.set(group, [...(groups.get(group) ?? []), clip]);
  }
  const byId = (a: T, b: T): number => (a.id < b.id ? -1 : 1);
  const kept = new Set([...groups.values()].flatMap((group) => group.sort(byId).slice(0, limit)));
  return clips.filter((clip) => kept.has(clip));
}
