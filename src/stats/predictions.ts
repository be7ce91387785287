/** What one seed said of one scored clip. Classes are indices into the label set. */
export interface Scored {
  readonly id: string;
  readonly speaker: string;
  readonly fold: number;
  readonly seed: number;
  readonly truth: number;
  readonly predicted: number;
  /** One probability per class. */
  readonly posterior: readonly number[];
}

/** Groups by a key, in order of first appearance. */
export function groupBy<T, K>(
  items: Iterable<T>,
  key: (item: T) => K,
): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const k = key(item);
    const group = groups.get(k);
    if (group === undefined) groups.set(k, [item]);
    else group.push(item);
  }
  return groups;
}
