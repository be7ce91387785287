import type { Random } from '../util/random.ts';
import { unique } from './clip.ts';

/**
 * Which items are held out, by whole groups: ⌈fraction · G⌉ of the G groups
 * (`GroupShuffleSplit(test_size=fraction)`'s size), the first in sorted order without `random`.
 */
export function holdOutGroups(
  groups: readonly string[],
  fraction: number,
  random?: Random,
): readonly boolean[] {
  const names = unique(groups);
  const order = random === undefined ? names : random.shuffle(names);
  const held = new Set(order.slice(0, Math.ceil(fraction * names.length)));
  return groups.map((group) => held.has(group));
}

/** Which items are held out, class by class: fraction · n of each, rounded, at least one. */
export function holdOutStratified(
  labels: readonly string[],
  fraction: number,
  random?: Random,
): readonly boolean[] {
  const result = labels.map(() => false);
  for (const label of new Set(labels)) {
    const members = labels.flatMap((one, index) => (one === label ? [index] : []));
    const order = random === undefined ? members : random.shuffle(members);
    const size = Math.max(1, Math.round(fraction * members.length));
    for (const index of order.slice(0, size)) result[index] = true;
  }
  return result;
}
