import { Type } from 'typebox';
import { type Models, readModels, writeModels } from '../artifacts/models.ts';
import type { Prediction } from '../artifacts/predictions.ts';
import { defineStage, TaskError } from '../engine/stage.ts';
import { argmax } from '../model/argmax.ts';
import type { JsonObject } from '../util/json.ts';

interface Member {
  readonly from: string;
  readonly models: Models;
}

/**
 * The mean of what several sets of models say of a clip, seed by seed, or over all seeds together.
 * All members must have been trained and scored on the same folds.
 */
export const ensemble = defineStage({
  kind: 'ensemble',
  version: 1,
  summary: 'Averages the posteriors of several sets of models, or of the seeds of one.',
  params: Type.Object(
    {
      seeds: Type.Enum(['keep', 'average'], {
        default: 'keep',
        description:
          'keep averages the members seed by seed, so the spread over seeds is still seen; average takes all seeds of all members as one model.',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { models: { type: 'models', summary: 'The members', many: true, named: true } },
  outputs: { models: { type: 'models', summary: 'The averaged predictions' } },
  tier: 'inline',
  run(context) {
    const members = context
      .inputs('models')
      .map((input): Member => ({ from: input.from, models: readModels(input) }));
    const [first] = members;
    if (first === undefined) throw new Error('no members');
    const together = context.params.seeds === 'average';
    requireAlike(members, together);
    const { description, controls } = first.models;
    writeModels(context.output('models'), {
      description: {
        ...description,
        architecture: `ensemble of ${members.map(({ from }) => from).join(', ')}`,
        parameters: members.reduce(
          (sum, { models }) =>
            sum + models.description.parameters * (together ? models.description.seeds : 1),
          0,
        ),
        params: {
          seeds: context.params.seeds,
          members: members.map(
            ({ from, models }): JsonObject => ({
              name: from,
              ...models.description.params,
            }),
          ),
        },
        seeds: together ? 1 : description.seeds,
      },
      predictions: averaged(members, together, description.labels),
      controls,
    });
  },
});

/** The rows that are averaged into one. */
function placeOf({ id, fold, seed, role }: Prediction, together: boolean): string {
  return JSON.stringify([id, fold, role, together ? 1 : seed]);
}

function averaged(
  members: readonly Member[],
  together: boolean,
  labels: readonly string[],
): readonly Prediction[] {
  const rows = new Map<string, { readonly row: Prediction; readonly sum: number[]; n: number }>();
  for (const row of members.flatMap(({ models }) => models.predictions)) {
    const place = placeOf(row, together);
    const known = rows.get(place);
    if (known === undefined) {
      rows.set(place, { row, sum: [...row.posterior], n: 1 });
      continue;
    }
    for (const [k, p] of row.posterior.entries()) known.sum[k] = (known.sum[k] ?? 0) + p;
    known.n++;
  }
  return [...rows.values()].map(({ row, sum, n }) => {
    const posterior = sum.map((value) => value / n);
    return {
      ...row,
      seed: together ? 1 : row.seed,
      posterior,
      predicted: labels[argmax(posterior)] ?? '',
    };
  });
}

function requireAlike(members: readonly Member[], together: boolean): void {
  const [first, ...others] = members;
  if (first === undefined) return;
  if (others.length === 0 && (!together || first.models.description.seeds === 1)) {
    throw new TaskError(
      `there is nothing to average: one set of models${together ? ', one seed' : ''}`,
      {
        hint: 'Wire several: in: { models: [a, b] }, or set seeds: average on a training of several seeds.',
      },
    );
  }
  const rowsOf = ({ models }: Member): string =>
    [...new Set(models.predictions.map((row) => placeOf(row, together)))].sort().join('\n');
  const expected = rowsOf(first);
  for (const other of others) {
    const [a, b] = [first.models.description, other.models.description];
    if (a.labels.join() !== b.labels.join()) {
      throw new TaskError(`${first.from} and ${other.from} have other labels`, {
        hint: 'Average models of one corpus.',
      });
    }
    if (rowsOf(other) === expected) continue;
    throw new TaskError(
      `${first.from} and ${other.from} were not scored on the same folds and seeds`,
      {
        hint: 'Wire both to one split stage, with the same number of seeds; or set seeds: average.',
      },
    );
  }
}
