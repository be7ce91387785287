import { readScore } from '../../artifacts/score.ts';
import type { StudyTrial } from '../../artifacts/study.ts';
import type { Artifact, InputArtifact } from '../../engine/artifact.ts';
import { type CoordinateContext, TaskError, type Template } from '../../engine/stage.ts';
import {
  type AskedTrial,
  bestTrial,
  type Ending,
  type Report,
  type Space,
  type SweptTrial,
  sweep,
  valuesOf,
} from '../../search/index.ts';
import type { JsonObject } from '../../util/json.ts';
import { hashSeed } from '../../util/random.ts';
import { filesOf, pick } from '../nested.ts';
import { pruningOf } from './prune-rule.ts';
import { scoreTrial } from './score-trial.ts';
import type { TuneParams } from './tune-params.ts';

/** What a search found, and what it was chosen by. */
export interface Found {
  readonly outer: number | null;
  readonly winner: number;
  readonly value: number | null;
  /** What the winner sets; nothing where it is the spec itself. */
  readonly overrides: JsonObject;
  /** The same, with what the spec itself has. */
  readonly set: JsonObject;
  readonly trials: readonly StudyTrial[];
  /** Of the trials that were not refused, in order. */
  readonly scores: readonly Artifact[];
}

export interface SearchTask {
  readonly context: CoordinateContext<TuneParams>;
  readonly template: Template;
  readonly space: Space;
  /** The outer fold that the search belongs to; null: one search for all. */
  readonly outer: number | null;
  /** A split of one fold for each task of a trial. */
  readonly folds: readonly Artifact[];
  /** To read scores through. */
  readonly corpus: InputArtifact;
  /** Told of every trial that has ended. */
  readonly ended: (trial: StudyTrial) => void;
}

/** Makes the trials of one search. Throws `TaskError` where too many are impossible. */
export async function searchIn(task: SearchTask): Promise<Found> {
  const { context, template, space, outer } = task;
  const { params, seed } = context;
  const start = Object.fromEntries(
    space.flatMap(({ name }) => {
      const value = template.value(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const setOf = ({ number, point }: Pick<SweptTrial, 'number' | 'point'>): JsonObject =>
    (number === 0 ? start : valuesOf(space, point ?? {})) as JsonObject;
  const made = new Map<number, Made>();
  const study = `${seed} ${outer ?? 'all'}`;
  const pruning = pruningOf(params.prune, task.folds.length, study);
  const swept = await sweep({
    study: {
      space,
      sampler: params.sampler as 'tpe',
      direction: 'maximise',
      seed: hashSeed(seed, 'tune', outer ?? 0),
      parallel: params.parallel,
    },
    trials: params.trials,
    start,
    mostFailed: params.max_failed,
    ...(pruning && { prune: pruning.rule }),
    async evaluate(asked) {
      const trial = await makeTrial(task, asked, pruning?.reports);
      made.set(asked.number, trial);
      const swept = { ...asked, ...trial.ending };
      task.ended(tellTrial(swept, trial, setOf(asked), outer));
      return trial.ending;
    },
  });
  refuseFailed(swept, made, params.max_failed, outer);
  const best = bestTrial(
    'maximise',
    swept.map((one) => ({ ...one, point: one.point ?? {} })),
  );
  const winner = swept.find(({ number }) => number === best?.number);
  if (winner === undefined) {
    throw new TaskError(`no trial${ofOuter(outer)} gave a value to choose by`, {
      hint: 'Look at the trials: affekt tune status.',
    });
  }
  return {
    outer,
    winner: winner.number,
    value: winner.value ?? null,
    overrides: overridesOf(space, winner),
    set: setOf(winner),
    trials: swept.map((one) => tellTrial(one, made.get(one.number), setOf(one), outer)),
    scores: swept.flatMap(({ number }) => made.get(number)?.scores ?? []),
  };
}

/** Trial 0 is the spec, so it sets nothing. */
function overridesOf(space: Space, { number, point }: Pick<SweptTrial, 'number' | 'point'>) {
  return (number === 0 || point === undefined ? {} : valuesOf(space, point)) as JsonObject;
}

/** Nobody compares a trial with chance. */
function withoutControls({ name, value }: Template): JsonObject {
  const path = `${name}.controls`;
  return value(path) === undefined ? {} : { [path]: [] };
}

interface Made {
  readonly ending: Ending;
  readonly folds: number;
  readonly error: string | null;
  readonly scores: readonly Artifact[];
}

/**
 * Trains the folds of a trial at once, or one after another where it may be ended in between. Values are read
 * from the scores of the folds so far.
 */
async function makeTrial(
  { context, template, space, outer, folds, corpus }: SearchTask,
  asked: AskedTrial,
  reported: 'fold' | 'pooled' | undefined,
): Promise<Made> {
  const place = { ...(outer === null ? {} : { outer }), trial: asked.number };
  const set = { ...overridesOf(space, asked), ...withoutControls(template) };
  const train = (split: Artifact, index: number) =>
    context.tryVariant({
      ...{ port: 'target', set, inputs: { split } },
      select: { ...place, fold: index + 1 },
    });
  const scoreOf = async (models: readonly Artifact[]) => {
    const { objective } = context.params;
    const outputs = await context.call({
      ...{ kind: scoreTrial, params: { objective }, inputs: { models }, name: 'score' },
      select: models.length === folds.length ? place : { ...place, fold: models.length },
    });
    const artifact = pick(outputs, 'score');
    return { artifact, ...readScore(filesOf(artifact, corpus)) };
  };
  const failed = (message: string, done: number): Made => ({
    ...{ ending: { state: 'failed' }, folds: done, error: message, scores: [] },
  });

  if (reported === undefined) {
    const attempts = await Promise.all(folds.map(train));
    const models: Artifact[] = [];
    for (const attempt of attempts) {
      if (!attempt.ok) return failed(attempt.message, models.length);
      models.push(pick(attempt.outputs, 'models'));
    }
    const score = await scoreOf(models);
    return whole(score, folds.length, []);
  }
  const models: Artifact[] = [];
  const reports: Report[] = [];
  for (const [index, split] of folds.entries()) {
    const attempt = await train(split, index);
    if (!attempt.ok) return failed(attempt.message, models.length);
    models.push(pick(attempt.outputs, 'models'));
    const score = await scoreOf(models);
    const value = (reported === 'fold' ? score.folds[index] : score.value) ?? Number.NaN;
    reports.push({ step: index + 1, value });
    if (index + 1 === folds.length) return whole(score, folds.length, reports);
    if (asked.shouldPrune(reports)) {
      return {
        ending: { state: 'pruned', reports },
        ...{ folds: models.length, error: null, scores: [score.artifact] },
      };
    }
  }
  throw new Error('a trial without folds');
}

function whole(
  { artifact, value }: { readonly artifact: Artifact; readonly value: number | null },
  folds: number,
  reports: readonly Report[],
): Made {
  const ending: Ending = { state: 'complete', reports, ...(value === null ? {} : { value }) };
  return { ending, folds, error: null, scores: [artifact] };
}

function tellTrial(
  { number, state, value, sees }: SweptTrial,
  made: Made | undefined,
  set: JsonObject,
  outer: number | null,
): StudyTrial {
  const folds = made?.folds ?? 0;
  return {
    ...{ outer, trial: number, state },
    value: value ?? null,
    folds_done: folds,
    pruned_after: state === 'pruned' ? folds : null,
    sees: sees < 0 ? null : sees,
    error: made?.error ?? null,
    set,
  };
}

function refuseFailed(
  swept: readonly SweptTrial[],
  made: ReadonlyMap<number, Made>,
  most: number,
  outer: number | null,
): void {
  const failed = swept.filter(({ state }) => state === 'failed');
  if (failed.length < most) return;
  const lines = failed
    .slice(0, 3)
    .map(({ number }) => `\n  trial ${number}: ${made.get(number)?.error ?? ''}`);
  throw new TaskError(
    `${failed.length} trials${ofOuter(outer)} cannot be trained, and max_failed is ${most}:${lines.join('')}`,
    { hint: 'Take what is impossible out of the space, or raise max_failed.' },
  );
}

function ofOuter(outer: number | null): string {
  return outer === null ? '' : ` of outer fold ${outer}`;
}
