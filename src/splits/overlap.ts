import { type Clip, type Fold, originals } from './clip.ts';

/** What clips can have in common across the sides of a split. */
export const attributes = ['speaker', 'text', 'audio', 'source', 'corpus'] as const;

export type Attribute = (typeof attributes)[number];

export interface Overlap {
  /** In no fold has a scored clip this in common with a training clip. */
  readonly disjoint: readonly Attribute[];
  /** In at least one fold it has. */
  readonly shared: readonly Attribute[];
  /** No overlap was found, but the corpus does not state it for every clip. */
  readonly unknown: readonly Attribute[];
}

/**
 * Compares the two sides of every fold, attribute by attribute, from the clips themselves: nothing
 * is concluded from the scheme. `source` compares the originals that clips go back to; `corpus` is
 * compared where there are several.
 */
export function overlap(
  clips: readonly Clip[],
  folds: readonly Fold[],
  sides: { readonly scored: keyof Fold; readonly training: readonly (keyof Fold)[] },
): Overlap {
  const byId = new Map(clips.map((clip) => [clip.id, clip]));
  const roots = originals(clips);
  const value = (id: string, attribute: Attribute): string =>
    attribute === 'source' ? (roots.get(id) ?? id) : (byId.get(id)?.[attribute] ?? '');

  const result: Record<keyof Overlap, Attribute[]> = { disjoint: [], shared: [], unknown: [] };
  const several = new Set(clips.map(({ corpus }) => corpus)).size > 1;
  for (const attribute of attributes) {
    if (attribute === 'corpus' && !several) continue;
    let shared = false;
    let unknown = false;
    for (const fold of folds) {
      const trained = new Set<string>();
      for (const side of sides.training) {
        for (const id of fold[side]) trained.add(value(id, attribute));
      }
      for (const id of fold[sides.scored]) {
        const one = value(id, attribute);
        if (one === '') unknown = true;
        else if (trained.has(one)) shared = true;
      }
      if (trained.has('')) unknown = true;
    }
    result[shared ? 'shared' : unknown ? 'unknown' : 'disjoint'].push(attribute);
  }
  return result;
}
