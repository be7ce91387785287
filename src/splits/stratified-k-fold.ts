import type { Random } from '../util/random.ts';

/**
 * The test fold (0 … folds − 1) of every item, each class spread evenly:
 * `StratifiedKFold(n_splits=folds)` of scikit-learn, item for item, when `random` is absent; with it,
 * the folds of each class are shuffled by our generator.
 */
export function stratifiedKFold(
  labels: readonly string[],
  folds: number,
  random?: Random,
): readonly number[] {
  // Classes are numbered as they first appear, and dealt to the folds in one round over all classes.
  const members = new Map<string, number[]>();
  for (const [index, label] of labels.entries()) {
    const group = members.get(label);
    if (group === undefined) members.set(label, [index]);
    else group.push(index);
  }
  const result = new Array<number>(labels.length).fill(0);
  let dealt = 0;
  for (const indices of members.values()) {
    const sizes = new Array<number>(folds).fill(0);
    for (let i = 0; i < indices.length; i++) {
      const fold = (dealt + i) % folds;
      sizes[fold] = (sizes[fold] ?? 0) + 1;
    }
    dealt += indices.length;
    const blocks = sizes.flatMap((size, fold) => new Array<number>(size).fill(fold));
    const order = random === undefined ? blocks : random.shuffle(blocks);
    for (const [i, index] of indices.entries()) result[index] = order[i] ?? 0;
  }
  return result;
}
