import { readCorpus } from '../../artifacts/corpus.ts';
import { type Protocol, readSplit } from '../../artifacts/split.ts';
import type { StudyTrial } from '../../artifacts/study.ts';
import type { Artifact, InputArtifact } from '../../engine/artifact.ts';
import {
  type CoordinateContext,
  defineStage,
  TaskError,
  type Template,
} from '../../engine/stage.ts';
import { readSpace } from '../../search/index.ts';
import { foldCount } from '../../splits/fold-count.ts';
import type { Scheme } from '../../splits/schemes.ts';
import type { Json, JsonObject } from '../../util/json.ts';
import { nearest } from '../../util/suggest.ts';
import { filesOf, pick } from '../nested.ts';
import { clipsOf, type SplitParams, split } from '../split.ts';
import { collectSearch } from './collect-search.ts';
import { foldSplit } from './fold-split.ts';
import { innerSplit } from './inner-split.ts';
import { pruningIn, searchIn } from './search.ts';
import { setAside } from './set-aside.ts';
import { checkTuneParams, type TuneParams, tuneParams, variedBy } from './tune-params.ts';

/**
 * Searches params of a training stage and of what it reads, and trains what it chose: the models are those
 * of the whole procedure, so that their score is the score of searching, not of the luckiest trial.
 */
export const tune = defineStage({
  kind: 'tune',
  version: 1,
  summary: 'Searches params of the pipeline, and trains what was chosen in each outer fold.',
  params: tuneParams,
  inputs: {
    target: { type: 'models', summary: 'The training stage that is varied', template: true },
    corpus: { type: 'corpus', summary: 'Labels, speakers and texts' },
    split: {
      type: 'split',
      summary: 'Outer folds, where the target is wired to a split stage',
      optional: true,
    },
  },
  outputs: {
    models: { type: 'models', summary: 'Models of the procedure, and out-of-fold predictions' },
    study: { type: 'study', summary: 'The trials, and what was chosen' },
  },
  tier: 'inline',
  random: true,
  otherNames: { n_trials: 'trials', pruner: 'prune', metric: 'objective', folds: 'inner_folds' },
  check: checkTuneParams,
  varies: variedBy,
  quick: (given) => ({
    ...given,
    trials: Math.min(given.trials, 3),
    // A quick training has no epochs to compare between.
    prune: ['halving', 'hyperband'].includes(given.prune?.rule ?? '') ? null : given.prune,
    max_folds: Math.min(given.max_folds ?? 2, 2),
  }),
  async coordinate(context) {
    const { params } = context;
    const template = context.template('target');
    refuseTarget(template, params, context.has('split'));
    const { space } = readSpace(params.space);
    // Refused before any work.
    pruningIn({ context, template, space, outer: null });
    const corpus = context.input('corpus');
    const expected = expectedFolds(context, template, corpus);
    if (expected !== undefined)
      announce(context, template.name, { outer: expected, inner: params.inner_folds });
    const outer = await outerSplit(context, template, corpus);
    const { protocol } = readSplit(filesOf(outer, corpus));
    const count = Math.min(params.max_folds ?? protocol.folds, protocol.folds);
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    const singles = await foldsOf(context, outer, numbers, 'fold');
    const told = announce(context, template.name, {
      outer: count,
      inner: innerCount(params, protocol),
    });
    const ended: StudyTrial[] = [];

    const search = async (of: number | null): Promise<Awaited<ReturnType<typeof searchIn>>> => {
      const folds =
        params.selection === 'shared'
          ? singles
          : await innerFolds(context, { corpus, outer, protocol, of });
      return searchIn({
        ...{ context, template, space, outer: of, folds, corpus },
        ended(trial) {
          ended.push(trial);
          context.tell({ ...told, ended } as unknown as Json);
        },
      });
    };
    const nested = params.selection === 'nested';
    const searched = await Promise.all((nested ? numbers : [null]).map(search));
    const chosen = numbers.map((_, index) => searched[nested ? index : 0]);
    const trained = await Promise.all(
      singles.map((single, index) =>
        context.variant({
          port: 'target',
          set: chosen[index]?.overrides ?? {},
          inputs: { split: single },
          select: { outer: index + 1 },
        }),
      ),
    );
    const { sampler, objective, selection, parallel } = params;
    return context.call({
      kind: collectSearch,
      params: {
        ...{ target: template.name, sampler, objective, selection, parallel },
        asked: params.trials,
        folds: told.folds,
        space: params.space as JsonObject,
        searches: searched.map(({ outer: of, winner, value, set }) => ({
          ...{ outer: of, winner, value, set },
        })),
        trials: searched.flatMap(({ trials }) => trials) as unknown as Json,
        folds_of: numbers,
      },
      inputs: {
        models: trained.map((outputs) => pick(outputs, 'models')),
        split: outer,
        scores: searched.flatMap(({ scores }) => scores),
      },
    });
  },
});

/** How far a search is, as a plan tells it. */
export interface Progress {
  readonly target: string;
  /** One for each outer fold, or one for all. */
  readonly searches: number;
  /** Of each search. */
  readonly trials: number;
  /** Of each trial. */
  readonly folds: number;
  /** In the order in which they ended. */
  readonly ended: readonly StudyTrial[];
}

type Context = CoordinateContext<TuneParams>;

/** What may not be searched is what the number is measured by. */
const measures = ['split', 'seeds', 'max_folds', 'controls', 'enrolment'] as const;

function refuseTarget(template: Template, params: TuneParams, hasSplit: boolean): void {
  const { name, kind, wired } = template;
  if (kind.inputs['split']?.type !== 'split') {
    throw new TaskError(
      `"${name}" (${kind.kind}) has no port split, so its folds cannot be chosen`,
      {
        hint: 'Search a stage that trains: train-kfold, or an own stage with a port split of type split.',
      },
    );
  }
  if (wired.includes('split') && !hasSplit) {
    throw new TaskError(`"${name}" reads its folds from a split stage, and the search does not`, {
      hint: `Wire the same: in: { target: ${name}, split: … }.`,
    });
  }
  if (params.max_folds === null && template.value(`${name}.max_folds`) != null) {
    throw new TaskError(
      `max_folds of "${name}" has no effect on a search, which trains all folds`,
      {
        hint: 'Remove it there, and set max_folds of the search.',
      },
    );
  }
  for (const path of Object.keys(params.space)) {
    const [stage, param] = path.split('.');
    if (stage !== name || !(measures as readonly string[]).includes(param ?? '')) continue;
    throw new TaskError(`"${path}" is part of the protocol, and cannot be searched`, {
      hint: 'Compare protocols with a matrix.',
    });
  }
}

/** The folds that the target itself would be trained by, less the speakers that are set aside. */
async function outerSplit(
  context: Context,
  template: Template,
  corpus: InputArtifact,
): Promise<Artifact> {
  const { development_speakers: speakers } = context.params;
  const made = context.has('split')
    ? context.input('split')
    : pick(
        await context.call({
          kind: split,
          params: template.value(`${template.name}.split`) as JsonObject,
          inputs: { corpus },
          seed: context.seed,
        }),
        'split',
      );
  if (speakers === null) return made;
  requireSpeakers(speakers, corpus);
  const outputs = await context.call({
    kind: setAside,
    params: { speakers },
    inputs: { corpus, split: made },
  });
  return pick(outputs, 'split');
}

function requireSpeakers(speakers: readonly string[], corpus: InputArtifact): void {
  const known = new Set(readCorpus(corpus).utterances.map(({ speaker }) => speaker));
  const unknown = speakers.find((speaker) => !known.has(speaker));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  throw new TaskError(`development_speakers: the corpus has no speaker "${unknown}"`, {
    hint:
      near === undefined ? `It has ${[...known].sort().join(', ')}.` : `The nearest is "${near}".`,
  });
}

/** Every fold of a split as a split of its own. */
function foldsOf(
  context: Context,
  whole: Artifact,
  numbers: readonly number[],
  name: string,
  place: Readonly<Record<string, number>> = {},
): Promise<readonly Artifact[]> {
  return Promise.all(
    numbers.map(async (fold) => {
      const outputs = await context.call({
        kind: foldSplit,
        params: { fold },
        inputs: { split: whole },
        name,
        select: { ...place, fold },
      });
      return pick(outputs, 'split');
    }),
  );
}

/** Folds inside what a search may see, kept apart as the outer ones are. */
async function innerFolds(
  context: Context,
  {
    corpus,
    outer,
    protocol,
    of,
  }: {
    readonly corpus: InputArtifact;
    readonly outer: Artifact;
    readonly protocol: Protocol;
    readonly of: number | null;
  },
): Promise<readonly Artifact[]> {
  const { params } = context;
  const place = of === null ? {} : { outer: of };
  const folds = innerCount(params, protocol);
  const outputs = await context.call({
    kind: innerSplit,
    params: {
      ...{ fold: of, folds, groups: innerGroups(params, protocol) },
      speakers: params.development_speakers,
      validation_speakers: protocol.validation_speakers,
    },
    inputs: { corpus, split: outer },
    name: 'inner',
    select: place,
  });
  const numbers = Array.from({ length: folds }, (_, index) => index + 1);
  return foldsOf(context, pick(outputs, 'split'), numbers, 'inner', place);
}

/** Never more folds than speakers to part. */
function innerCount(params: TuneParams, protocol: Protocol): number {
  const { inner_folds: folds, development_speakers: speakers } = params;
  const bySpeaker = innerGroups(params, protocol) === 'speaker';
  return speakers !== null && bySpeaker ? Math.min(folds, speakers.length) : folds;
}

/** A search is asked what the number will be asked: new speakers, new texts, or new takes. */
function innerGroups(
  { development_speakers: speakers }: TuneParams,
  { disjoint }: Protocol,
): 'speaker' | 'text' | 'take' {
  if (disjoint.includes('speaker') && speakers?.length !== 1) return 'speaker';
  return disjoint.includes('text') ? 'text' : 'take';
}

/** What lies before a search: said before any task of it has run, and with the folds as they came out. */
function announce(
  { params, note, tell }: Context,
  target: string,
  { outer, inner }: { readonly outer: number; readonly inner: number },
): Progress {
  const { trials, selection, prune } = params;
  const searches = selection === 'nested' ? outer : 1;
  const most = prune === null ? '' : 'at most ';
  const folds = selection === 'shared' ? outer : inner;
  const ofOuter = searches > 1 ? `${searches} outer folds × ` : '';
  const last = selection === 'shared' ? '' : `, then ${outer}`;
  note(
    `${ofOuter}${trials} trials × ${folds} folds = ${most}${searches * trials * folds} trainings${last}`,
  );
  const progress: Progress = { target, searches, trials, folds, ended: [] };
  tell(progress as unknown as Json);
  return progress;
}

/** The folds that the target's own split will have, as far as that can be told without making it. */
function expectedFolds(
  { params, has }: Context,
  template: Template,
  corpus: InputArtifact,
): number | undefined {
  const given = template.value(`${template.name}.split`) as SplitParams | undefined;
  if (has('split') || given === undefined) return undefined;
  const { folds, scheme } = given;
  const count = foldCount({ scheme: scheme as Scheme, folds }, clipsOf(readCorpus(corpus)));
  return count === undefined ? undefined : Math.min(params.max_folds ?? count, count);
}
