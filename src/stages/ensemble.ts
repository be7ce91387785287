import { isDeepStrictEqual } from 'node:util';
import { Type } from 'typebox';
import {
  drawsOf,
  type ModelDescription,
  type Models,
  readModels,
  writeModels,
} from '../artifacts/models.ts';
import type { Prediction } from '../artifacts/predictions.ts';
import { defineStage, TaskError } from '../engine/stage.ts';
import { argmax } from '../model/argmax.ts';
import type { JsonObject } from '../util/json.ts';

interface Member {
  readonly from: string;
  readonly models: Models;
}

/**
 * The mean of what several sets of models say of a clip, seed by seed, or over all seeds together; draws
 * of enrolled clips score other clips, so they are never averaged. All members must have been trained and
 * scored by one protocol: what is stamped on one is then stamped on all.
 */
export const ensemble = defineStage({
  kind: 'ensemble',
  version: 4,
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
    const { description } = first.models;
    const { labels } = description;
    const mean = (rows: readonly (readonly Prediction[])[]): readonly Prediction[] =>
      averaged(rows, (row) => seedOf(row, description, together), labels);
    const controls = joinControls(members, mean);
    for (const name of controlsOf(members)) {
      if (controls[name] === undefined) context.log(`no ${name}: the members do not share it`);
    }
    writeModels(context.output('models'), {
      description: {
        ...description,
        controls: Object.keys(controls),
        architecture: `ensemble of ${members.map(({ from }) => from).join(', ')}`,
        parameters: members.reduce(
          (sum, { models }) =>
            sum + models.description.parameters * (together ? trainingsOf(models.description) : 1),
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
        averaged: members.reduce(
          (sum, { models: { description: own } }) =>
            sum + (own.averaged ?? 1) * (together ? trainingsOf(own) : 1),
          0,
        ),
        seeds: together ? drawsOf(description.enrolment) : description.seeds,
        selection: leastHonest(members),
      },
      predictions: mean(members.map(({ models }) => models.predictions)),
      controls,
    });
  },
});

type Rows = readonly Prediction[];

/** Controls that are the model itself under other conditions: those of an ensemble are averaged as it is. */
const ownControls: readonly string[] = ['plain', 'shuffled_labels'];

function controlsOf(members: readonly Member[]): readonly string[] {
  return [...new Set(members.flatMap(({ models }) => Object.keys(models.controls)))].sort();
}

/** The controls of all members as one; what is not that of each of them is that of none. */
function joinControls(
  members: readonly Member[],
  mean: (rows: readonly Rows[]) => Rows,
): Readonly<Record<string, Rows>> {
  return Object.fromEntries(
    controlsOf(members).flatMap((name): readonly (readonly [string, Rows])[] => {
      const all = members.flatMap(({ models }) => {
        const own = models.controls[name];
        return own === undefined ? [] : [own];
      });
      const [first = []] = all;
      if (all.length < members.length) return [];
      if (ownControls.includes(name)) return [[name, mean(all)]];
      return all.every((own) => isDeepStrictEqual(own, first)) ? [[name, first]] : [];
    }),
  );
}

/** Seeds that were trained: draws of enrolled clips count as seeds in the tables. */
function trainingsOf({ seeds, enrolment }: ModelDescription): number {
  return seeds / drawsOf(enrolment);
}

/** The seed of the average that a row belongs to: its own, or its draw. */
function seedOf({ seed }: Prediction, { enrolment }: ModelDescription, together: boolean): number {
  return together ? ((seed - 1) % drawsOf(enrolment)) + 1 : seed;
}

/** From most to nothing that scored numbers had to say in the choice of a model. */
const selections = ['shared', 'development', 'nested', 'none'] as const;

function leastHonest(members: readonly Member[]): ModelDescription['selection'] {
  const found = new Set(members.map(({ models }) => models.description.selection));
  return selections.find((one) => found.has(one)) ?? 'none';
}

/** The rows that are averaged into one. */
function placeOf({ id, fold, role }: Prediction, seed: number): string {
  return JSON.stringify([id, fold, role, seed]);
}

function averaged(
  sets: readonly (readonly Prediction[])[],
  seedFor: (row: Prediction) => number,
  labels: readonly string[],
): readonly Prediction[] {
  const rows = new Map<string, { readonly row: Prediction; readonly sum: number[]; n: number }>();
  for (const row of sets.flat()) {
    const seed = seedFor(row);
    const place = placeOf(row, seed);
    const known = rows.get(place);
    if (known === undefined) {
      rows.set(place, { row: { ...row, seed }, sum: [...row.posterior], n: 1 });
      continue;
    }
    for (const [k, p] of row.posterior.entries()) known.sum[k] = (known.sum[k] ?? 0) + p;
    known.n++;
  }
  return [...rows.values()].map(({ row, sum, n }) => {
    const posterior = sum.map((value) => value / n);
    return { ...row, posterior, predicted: labels[argmax(posterior)] ?? '' };
  });
}

function requireAlike(members: readonly Member[], together: boolean): void {
  const [first, ...others] = members;
  if (first === undefined) return;
  // The mean over seeds of one training is that training: a quick look has one, and logreg is trained once.
  if (others.length === 0 && !together) {
    throw new TaskError('there is nothing to average: one set of models', {
      hint: 'Wire several: in: { models: [a, b] }, or set seeds: average on a training of several seeds.',
    });
  }
  const rowsOf = ({ models }: Member): string =>
    [
      ...new Set(
        models.predictions.map((row) => placeOf(row, seedOf(row, models.description, together))),
      ),
    ]
      .sort()
      .join('\n');
  const expected = rowsOf(first);
  for (const other of others) {
    const [a, b] = [first.models.description, other.models.description];
    if (a.labels.join() !== b.labels.join()) {
      throw new TaskError(`${first.from} and ${other.from} have different labels`, {
        hint: 'Average models of one corpus.',
      });
    }
    if (!isDeepStrictEqual(a.enrolment, b.enrolment)) {
      throw new TaskError(`${first.from} and ${other.from} do not adapt to new speakers alike`, {
        hint: 'Give all members the same enrolment, or none: a number says how it was made.',
      });
    }
    const isSplitAlike = isDeepStrictEqual(a.protocol, b.protocol);
    if (rowsOf(other) === expected && isSplitAlike) continue;
    if (isSplitAlike && a.folds !== b.folds) {
      throw new TaskError(
        `${first.from} was trained on ${a.folds} folds and ${other.from} on ${b.folds}`,
        { hint: 'Give both the same max_folds, or none.' },
      );
    }
    throw new TaskError(
      `${first.from} and ${other.from} were not scored on the same folds and seeds`,
      {
        hint: 'Wire both to one split stage, with the same number of seeds; or set seeds: average.',
      },
    );
  }
}
