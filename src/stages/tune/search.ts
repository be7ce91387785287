import { readScore } from '../../artifacts/score.ts';
import type { StudyTrial } from '../../artifacts/study.ts';
import type { Artifact, InputArtifact } from '../../engine/artifact.ts';
import { type CoordinateContext, TaskError, type Template } from '../../engine/stage.ts';
import {
  type AskedTrial,
  bestTrial,
  type Ending,
  type Report,
  type SamplerName,
  type Space,
  type SweptTrial,
  sweep,
  valuesOf,
} from '../../search/index.ts';
import type { JsonObject } from '../../util/json.ts';
import { hashSeed } from '../../util/random.ts';
import { filesOf, pick } from '../nested.ts';
import { type Pruning, pruningOf } from './prune-rule.ts';
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
  const pruning = pruningIn(task);
  const swept = await sweep({
    study: {
      space,
      sampler: params.sampler as SamplerName,
      direction: 'maximise',
      seed: hashSeed(seed, 'tune', outer ?? 0),
      parallel: params.parallel,
    },
    trials: params.trials,
    start,
    mostFailed: params.max_failed,
    ...(pruning && { prune: pruning.rule }),
    async evaluate(asked) {
      const trial = await makeTrial(task, asked, pruning);
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

/** What ends trials of a search early. Throws `TaskError` where it could end none. */
export function pruningIn({
  context: { params, seed },
  template,
  space,
  outer,
}: Pick<SearchTask, 'context' | 'template' | 'space' | 'outer'>): Pruning | undefined {
  return pruningOf(params.prune, {
    target: template.name,
    epochs: epochsOf(template, space),
    study: `${seed} ${outer ?? 'all'}`,
  });
}

/**
 * Epochs of a target whose training can be handed on between them. Undefined where they are searched, too, or
 * where the target is, or may become, logistic regression, which has none.
 */
function epochsOf({ name, kind, value }: Template, space: Space): number | undefined {
  const epochs = value(`${name}.epochs`);
  if (!('stops' in kind.params.properties) || typeof epochs !== 'number') return undefined;
  const searched = [`${name}.epochs`, `${name}.stops`];
  if (space.some((one) => searched.includes(one.name))) return undefined;
  const models = space.find((one) => one.name === `${name}.architecture`)?.dimension;
  const choices = models?.kind === 'choice' ? models.choices : [];
  if ([value(`${name}.architecture`), ...choices].includes('logreg')) return undefined;
  const stops = value(`${name}.stops`);
  return Array.isArray(stops) ? Number(stops.at(-1)) : epochs;
}

interface Made {
  readonly ending: Ending;
  readonly folds: number;
  /** What it was pruned after. */
  readonly after: string | null;
  readonly error: string | null;
  readonly scores: readonly Artifact[];
}

/**
 * Trains the folds of a trial: at once, one after another where it may be ended in between, or at once from
 * rung to rung of their epochs. Values are read from the scores of what is there so far.
 */
async function makeTrial(
  { context, template, space, outer, folds, corpus }: SearchTask,
  asked: AskedTrial,
  pruning: Pruning | undefined,
): Promise<Made> {
  const place = { ...(outer === null ? {} : { outer }), trial: asked.number };
  const set = { ...overridesOf(space, asked), ...withoutControls(template) };
  const train = (index: number, stops?: readonly number[], until: Until = {}) =>
    context.tryVariant({
      port: 'target',
      set: { ...set, ...(stops && { [`${template.name}.stops`]: [...stops] }) },
      inputs: { split: folds[index] as Artifact },
      select: { ...place, fold: index + 1, ...until },
    });
  const scoreOf = async (models: readonly Artifact[], until: Until) => {
    const { objective } = context.params;
    const outputs = await context.call({
      ...{ kind: scoreTrial, params: { objective }, inputs: { models }, name: 'score' },
      select: { ...place, ...until },
    });
    const artifact = pick(outputs, 'score');
    return { artifact, ...readScore(filesOf(artifact, corpus)) };
  };
  const failed = (message: string, done: number): Made => ({
    ...{ ending: { state: 'failed' }, folds: done, after: null, error: message, scores: [] },
  });
  const reports: Report[] = [];
  const pruned = (artifact: Artifact, done: number, after: string): Made => ({
    ...{ ending: { state: 'pruned', reports }, folds: done, after, error: null },
    scores: [artifact],
  });

  if (pruning?.between === 'folds') {
    const models: Artifact[] = [];
    for (const index of folds.keys()) {
      const attempt = await train(index);
      if (!attempt.ok) return failed(attempt.message, index);
      models.push(pick(attempt.outputs, 'models'));
      const fold = index + 1;
      const isLast = fold === folds.length;
      const score = await scoreOf(models, isLast ? {} : { fold });
      const value = pruning.reports === 'fold' ? score.folds[index] : score.value;
      reports.push({ step: fold, value: value ?? Number.NaN });
      if (isLast) return whole(score, folds.length, reports);
      if (asked.shouldPrune(reports)) return pruned(score.artifact, fold, `fold ${fold}`);
    }
  }
  const rungs = pruning?.between === 'epochs' ? pruning.rungs : [undefined];
  for (const [level, rung] of rungs.entries()) {
    const isLast = level === rungs.length - 1;
    const until: Until = isLast || rung === undefined ? {} : { epochs: rung };
    const stops = pruning?.between === 'epochs' ? pruning.rungs.slice(0, level + 1) : undefined;
    const attempts = await Promise.all(folds.map((_, index) => train(index, stops, until)));
    const models: Artifact[] = [];
    for (const attempt of attempts) {
      if (!attempt.ok) return failed(attempt.message, models.length);
      models.push(pick(attempt.outputs, 'models'));
    }
    const score = await scoreOf(models, until);
    if (rung !== undefined) reports.push({ step: rung, value: score.value ?? Number.NaN });
    if (isLast) return whole(score, folds.length, reports);
    if (asked.shouldPrune(reports)) return pruned(score.artifact, folds.length, `epoch ${rung}`);
  }
  throw new Error('a trial without folds');
}

/** Place of what is not the whole trial: its first folds, or all of them up to an epoch. */
type Until = Readonly<Record<string, number>>;

function whole(
  { artifact, value }: { readonly artifact: Artifact; readonly value: number | null },
  folds: number,
  reports: readonly Report[],
): Made {
  const ending: Ending = { state: 'complete', reports, ...(value === null ? {} : { value }) };
  return { ending, folds, after: null, error: null, scores: [artifact] };
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
    pruned_after: made?.after ?? null,
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
