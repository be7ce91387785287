import { type Static, Type } from 'typebox';
import {
  type ModelDescription,
  modelFolder,
  readModels,
  writeModels,
} from '../../artifacts/models.ts';
import type { Prediction } from '../../artifacts/predictions.ts';
import { readSplit } from '../../artifacts/split.ts';
import { type StudySearch, type StudyTrial, writeStudy } from '../../artifacts/study.ts';
import type { InputArtifact } from '../../engine/artifact.ts';
import { defineStage, TaskError } from '../../engine/stage.ts';
import { importance, readSpace, type Space, type Trial } from '../../search/index.ts';
import { numberOf } from '../../search/space.ts';
import type { JsonObject } from '../../util/json.ts';

const orNull = (description: string) =>
  Type.Union([Type.Null(), Type.Number()], { default: null, description });

const textOrNull = (description: string) =>
  Type.Union([Type.Null(), Type.String()], { default: null, description });

const set = Type.Record(Type.String(), Type.Unknown(), { description: 'By stage.param.' });

const params = Type.Object(
  {
    target: Type.String({ description: 'The stage that was varied.' }),
    objective: Type.String({ description: 'What was maximised.' }),
    selection: Type.Enum(['nested', 'shared', 'development'], { description: 'As in tune.' }),
    sampler: Type.String({ description: 'As in tune.' }),
    parallel: Type.Integer({ description: 'As in tune.' }),
    asked: Type.Integer({ description: 'Trials asked for in each search.' }),
    folds: Type.Integer({ description: 'Folds of a trial.' }),
    space: Type.Record(Type.String(), Type.Unknown(), { description: 'As in tune.' }),
    searches: Type.Array(
      Type.Object({
        outer: orNull('The outer fold; null: one search for all.'),
        winner: Type.Integer({ description: 'The trial that was chosen.' }),
        value: orNull('Its objective.'),
        set,
      }),
      { description: 'The searches, in order.' },
    ),
    trials: Type.Array(
      Type.Object({
        outer: orNull('The outer fold.'),
        trial: Type.Integer({ description: 'From 0.' }),
        state: Type.Enum(['complete', 'pruned', 'failed'], { description: 'How it ended.' }),
        value: orNull('The objective.'),
        folds_done: Type.Integer({ description: 'Folds that were scored.' }),
        pruned_after: textOrNull('What it was ended after.'),
        sees: orNull('The last trial that it was chosen by.'),
        error: textOrNull('Why.'),
        set,
      }),
      { description: 'All trials, by outer fold and number.' },
    ),
    folds_of: Type.Array(Type.Integer(), {
      description: 'The outer fold of each artifact of the port models, in order.',
    }),
  },
  { additionalProperties: false },
);

type Params = Static<typeof params>;

/** Joins the models that the searches chose into one set, and writes down how they were chosen. */
export const collectSearch = defineStage({
  kind: 'collect-search',
  version: 1,
  summary: 'Joins what a search chose in each outer fold, and tells of its trials.',
  params,
  inputs: {
    models: { type: 'models', summary: 'The chosen models of each outer fold', many: true },
    split: { type: 'split', summary: 'The outer folds' },
    scores: { type: 'score', summary: 'What was chosen by, in order', many: true },
  },
  outputs: {
    models: { type: 'models', summary: 'Models of the procedure, and their predictions' },
    study: { type: 'study', summary: 'The trials, and what was chosen' },
  },
  tier: 'inline',
  internal: true,
  run(context) {
    const { params } = context;
    const { protocol } = readSplit(context.input('split'));
    const members = context.inputs('models').map((input, index) => {
      const fold = params.folds_of[index] ?? 0;
      return { input, fold, ...readModels(input) };
    });
    const descriptions = members.map(({ description }) => description);
    const output = context.output('models');
    for (const { input, fold } of members) linkModels(input, fold, output.link.bind(output));
    const renumbered = (rows: readonly Prediction[], fold: number) =>
      rows.map((row) => ({ ...row, fold }));
    const controls = descriptions[0]?.controls.filter((name) =>
      descriptions.every((one) => one.controls.includes(name)),
    );
    writeModels(output, {
      description: {
        ...joined(descriptions),
        params: { target: params.target, searches: params.searches as unknown as JsonObject[] },
        protocol,
        folds: members.length,
        controls: controls ?? [],
        selection: params.selection as ModelDescription['selection'],
      },
      predictions: members.flatMap(({ predictions, fold }) => renumbered(predictions, fold)),
      controls: Object.fromEntries(
        (controls ?? []).map((name) => [
          name,
          members.flatMap((member) => renumbered(member.controls[name] ?? [], member.fold)),
        ]),
      ),
    });
    writeStudy(context.output('study'), {
      study: {
        format: 'affekt.study/1',
        ...pickStudy(params),
        searches: searchesOf(params, protocol.held_out),
      },
      trials: params.trials as unknown as readonly StudyTrial[],
    });
  },
});

/** Weights and curves of the one fold that a member has, under the fold that it stands for. */
function linkModels(
  input: InputArtifact,
  fold: number,
  link: (file: string, digest: InputArtifact['digest']) => void,
): void {
  for (const [file, digest] of Object.entries(input.files)) {
    const [, seed, name] = /^fold-1-seed-(\d+)\/(.+)$/.exec(file) ?? [];
    if (seed !== undefined) link(`${modelFolder(fold, Number(seed))}/${name}`, digest);
  }
}

/** What the chosen models have in common; they may differ in all that was searched. */
function joined(members: readonly ModelDescription[]): ModelDescription {
  const [first] = members;
  if (first === undefined) throw new Error('no models');
  const same = (key: (one: ModelDescription) => unknown): boolean =>
    new Set(members.map((one) => JSON.stringify(key(one)))).size === 1;
  if (!same(({ labels, seeds, enrolment: own }) => [labels, seeds, own?.clips, own?.draws])) {
    throw new TaskError(
      'the chosen models of the outer folds differ in classes, seeds or enrolment',
      {
        hint: 'These belong to the protocol: take them out of the space.',
      },
    );
  }
  const names = [...new Set(members.map(({ architecture }) => architecture))];
  return {
    ...first,
    enrolment: first.enrolment && joinEnrolled(members.map(({ enrolment }) => enrolment)),
    architecture: names.join(' or '),
    parameters: Math.max(...members.map(({ parameters }) => parameters)),
  };
}

type Enrolled = NonNullable<ModelDescription['enrolment']>;

/** The fewest and the most clips that were heard in any fold. */
function joinEnrolled(all: readonly (Enrolled | null)[]): Enrolled | null {
  const [first] = all;
  if (first == null) return null;
  const { heard: _, ...asked } = first;
  const heard = all.flatMap((own) => own?.heard ?? []);
  if (heard.length === 0 || asked.clips === 'all') return asked;
  const each = all.every((own) => own?.heard !== undefined) ? heard : [...heard, asked.clips];
  return { ...asked, heard: [Math.min(...each), Math.max(...each)] };
}

function pickStudy(params: Params) {
  const { target, objective, selection, sampler, parallel, asked, folds } = params;
  return {
    ...{ target, objective, sampler, parallel, asked, folds },
    selection: selection as 'nested',
    space: params.space as JsonObject,
  };
}

function searchesOf(params: Params, heldOut: readonly (string | null)[]): readonly StudySearch[] {
  const { space } = readSpace(params.space);
  return params.searches.map(({ outer, winner, value, set }) => ({
    ...{ outer, winner, value },
    held_out: outer === null ? null : (heldOut[outer - 1] ?? null),
    set: set as JsonObject,
    importance: Object.fromEntries(
      importance(
        space,
        'maximise',
        params.trials.filter((one) => one.outer === outer).flatMap((one) => trialOf(space, one)),
      ),
    ),
  }));
}

/** A trial as the search knows it; one with values outside the space says nothing of it. */
function trialOf(space: Space, { trial, state, value, set }: Params['trials'][number]): Trial[] {
  const point: Record<string, number> = {};
  for (const { name, dimension } of space) {
    if (!(name in set)) continue;
    const number = numberOf(dimension, set[name]);
    if (number === undefined) return [];
    point[name] = number;
  }
  const known = value === null ? {} : { value };
  return [{ number: trial, state: state as Trial['state'], point, ...known }];
}
