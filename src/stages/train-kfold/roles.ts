import { type Static, Type } from 'typebox';
import { createRandom, hashSeed } from '../../util/random.ts';

const byLabel = (description: string) =>
  Type.Record(Type.String(), Type.Array(Type.String()), { description });

/**
 * Who plays what part in a fold, by value: the key of a fold's task then depends on its own clips
 * and their labels alone, not on the corpus they come from. The labels of scored clips are not part
 * of it: a training task cannot know them.
 */
export const roleParams = {
  labels: Type.Array(Type.String(), {
    minItems: 2,
    description: 'The label set, in the order of the posteriors.',
  }),
  fit: byLabel('Ids of the training clips by label.'),
  validate: byLabel('Ids of the validation clips by label.'),
  test: Type.Array(Type.String(), { minItems: 1, description: 'Ids of the scored clips.' }),
};

const schema = Type.Object(roleParams);

export type Roles = Static<typeof schema>;

/** The ids of one side, in label order, with the index of each one's label. */
export function labelled(
  side: Roles['fit'],
  labels: readonly string[],
): { readonly ids: readonly string[]; readonly classes: readonly number[] } {
  const ids: string[] = [];
  const classes: number[] = [];
  for (const [index, label] of labels.entries()) {
    for (const id of side[label] ?? []) {
      ids.push(id);
      classes.push(index);
    }
  }
  return { ids, classes };
}

/**
 * The same clips with their labels permuted, within training and within validation: class counts
 * stay, and whatever a model learns from it is not the emotion. Folds are known by what they score: one that
 * comes as a split of its own has no other number.
 */
export function shuffled(roles: Roles, seed: number): Roles {
  const random = createRandom(hashSeed(seed, 'shuffled_labels', ...roles.test));
  const permute = (side: Roles['fit']): Roles['fit'] => {
    const { ids } = labelled(side, roles.labels);
    const mixed = random.shuffle(ids);
    let taken = 0;
    const part = (count: number): string[] => {
      taken += count;
      return mixed.slice(taken - count, taken).sort();
    };
    return Object.fromEntries(
      roles.labels
        .filter((label) => side[label] !== undefined)
        .map((label) => [label, part(side[label]?.length ?? 0)]),
    );
  };
  return { ...roles, fit: permute(roles.fit), validate: permute(roles.validate) };
}
