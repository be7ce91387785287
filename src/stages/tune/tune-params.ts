import { type Static, Type } from 'typebox';
import type { ParamProblem, Varied } from '../../engine/stage.ts';
import { gridPoints } from '../../search/grid.ts';
import { readSpace, samplers, samplerWords } from '../../search/index.ts';
import type { Parameter, Space } from '../../search/space.ts';
import { shareNames } from '../../stats/metrics/index.ts';
import type { Json, JsonObject } from '../../util/json.ts';

const pruneRules = ['median', 'percentile', 'wilcoxon', 'halving', 'hyperband'] as const;

const pruneDefaults = { percentile: 50, startup: 5, threshold: 0.1, eta: 3, least: 5 } as const;

export const tuneParams = Type.Object(
  {
    space: Type.Record(Type.String(), Type.Unknown(), {
      examples: [
        { 'model.learning_rate': { float: [1e-3, 1e-2], log: true }, 'mel.n_mels': [40, 64] },
      ],
      description:
        'What is searched, by stage.param of the target or of what it reads: { float: [low, high] } or { int: [low, high] } with log and step, or a list of choices; when: { stage.param: value } makes one depend on another (docs/tuning.md).',
    }),
    trials: Type.Integer({
      minimum: 1,
      default: 50,
      description: 'Trials of each search. The first one is the spec itself.',
    }),
    sampler: Type.Enum([...samplers], {
      default: 'tpe',
      description: `How points are chosen. ${samplers.map((name) => `${name}: ${samplerWords(name)}`).join('; ')}.`,
    }),
    objective: Type.Enum([...shareNames], {
      default: 'uar',
      description: 'What is maximised, pooled over the inner folds.',
    }),
    selection: Type.Enum(['nested', 'shared', 'development'], {
      default: 'nested',
      description:
        'What a choice may see. nested: in each outer fold a search of its own, inside the clips that it trains on. shared: one search on the scored clips themselves; its number is stamped optimistic. development: one search among development_speakers, which are then not scored.',
    }),
    inner_folds: Type.Integer({
      minimum: 2,
      default: 3,
      description:
        'Folds that a trial is judged by, apart as the outer ones are: by speaker, by text, or by take. Without effect with selection: shared.',
    }),
    development_speakers: Type.Union([Type.Null(), Type.Array(Type.String(), { minItems: 1 })], {
      default: null,
      description: 'The speakers that selection: development searches with.',
    }),
    parallel: Type.Integer({
      minimum: 1,
      default: 4,
      description:
        'Trials of a search at once. Trial n is chosen by trials up to n − parallel, so the sequence is the same with any number of jobs.',
    }),
    prune: Type.Union(
      [
        Type.Null(),
        Type.Object(
          {
            rule: Type.Enum([...pruneRules], {
              default: 'median',
              description:
                'Which trials end early: median, percentile and wilcoxon between folds, halving and hyperband between epochs (docs/tuning.md).',
            }),
            percentile: Type.Number({
              minimum: 0,
              maximum: 100,
              default: pruneDefaults.percentile,
              description: 'percentile: the share of trials to keep.',
            }),
            startup: Type.Integer({
              minimum: 1,
              default: pruneDefaults.startup,
              description: 'median, percentile: complete trials before one is ended.',
            }),
            threshold: Type.Number({
              exclusiveMinimum: 0,
              exclusiveMaximum: 1,
              default: pruneDefaults.threshold,
              description: 'wilcoxon: a trial ends where p is smaller.',
            }),
            eta: Type.Integer({
              minimum: 2,
              default: pruneDefaults.eta,
              description: 'halving, hyperband: one trial in so many goes on.',
            }),
            least: Type.Integer({
              minimum: 1,
              default: pruneDefaults.least,
              description:
                'halving, hyperband: epochs before trials are compared at first; then eta times as many, and so on.',
            }),
          },
          { additionalProperties: false },
        ),
      ],
      {
        default: null,
        description:
          'Ends trials early: after a fold, where folds then run one after another, or after some epochs of all folds. null: every trial is finished.',
      },
    ),
    max_failed: Type.Integer({
      minimum: 1,
      default: 5,
      description: 'So many trials with impossible params end the search.',
    }),
    max_folds: Type.Union([Type.Null(), Type.Integer({ minimum: 1 })], {
      default: null,
      description: 'Only the first outer folds; every result is stamped quick.',
    }),
  },
  { additionalProperties: false },
);

export type TuneParams = Static<typeof tuneParams>;

/** What the schema cannot say. */
export function checkTuneParams(given: TuneParams): readonly ParamProblem[] {
  const { space, problems } = readSpace(given.space);
  const found: ParamProblem[] = problems.map(({ path, message, hint }) => ({
    path: ['space', ...path.map(String)],
    message: `"${path[0]}" ${message}`,
    ...(hint === undefined ? {} : { hint }),
  }));
  if (Object.keys(given.space).length === 0) {
    found.push({
      path: ['space'],
      message: 'the space is empty: there is nothing to search',
      hint: 'Write stage.param: [a, b] or { float: [low, high] }.',
    });
  }
  if (found.length === 0 && given.sampler === 'grid' && gridPoints(space) === undefined) {
    const open = space.find((one) => gridPoints([withoutWhen(one)]) === undefined);
    found.push(
      open === undefined
        ? {
            path: ['space'],
            message: 'the grid has more than 100,000 points',
            hint: 'Take values out, or use sampler: tpe.',
          }
        : {
            path: ['space', open.name],
            message: `"${open.name}" cannot be searched by a grid: it takes every number of a range`,
            hint: 'Give it a step, or list choices.',
          },
    );
  }
  const chosen = given.development_speakers !== null;
  if (chosen !== (given.selection === 'development')) {
    found.push(
      chosen
        ? {
            path: ['development_speakers'],
            message: `development_speakers has no effect with selection ${given.selection}`,
            hint: 'Remove it, or use selection: development.',
          }
        : {
            path: ['selection'],
            message: 'selection development needs the param development_speakers',
            hint: 'Name speakers to search with: development_speakers: ["1", "2"].',
          },
    );
  }
  const { prune } = given;
  found.push(...idleParams(prune));
  const folds = given.inner_folds - 1;
  if (
    prune?.rule === 'wilcoxon' &&
    given.selection !== 'shared' &&
    2 ** -folds >= prune.threshold
  ) {
    found.push({
      path: ['prune'],
      message: `wilcoxon can end no trial: ${folds} folds that are all worse give p = ${2 ** -folds}, and the threshold is ${prune.threshold}`,
      hint: 'Use more inner_folds, or rule: median.',
    });
  }
  return found;
}

/** Params of pruning, and the rules that read them. */
const ofRules = {
  percentile: ['percentile'],
  startup: ['median', 'percentile'],
  threshold: ['wilcoxon'],
  eta: ['halving', 'hyperband'],
  least: ['halving', 'hyperband'],
} as const satisfies Readonly<Record<string, readonly (typeof pruneRules)[number][]>>;

/** Params that were set and do nothing with the rule. */
function idleParams(prune: TuneParams['prune']): readonly ParamProblem[] {
  if (prune === null) return [];
  return Object.entries(ofRules).flatMap(([name, rules]) => {
    const param = name as keyof typeof ofRules;
    const reads = (rules as readonly string[]).includes(prune.rule);
    if (reads || prune[param] === pruneDefaults[param]) return [];
    return [
      {
        path: ['prune', param],
        message: `${param} has no effect with rule ${prune.rule}`,
        hint: `Remove it, or use rule: ${rules.join(' or ')}.`,
      },
    ];
  });
}

function withoutWhen({ name, dimension }: Parameter): Parameter {
  return { name, dimension };
}

/** Every choice, both ends of every range, and a number between. */
export function variedBy(given: TuneParams): readonly Varied[] {
  const { space } = readSpace(given.space);
  return space.flatMap((parameter) =>
    samplesOf(parameter, given.space[parameter.name]).map(({ value, path }) => ({
      port: 'target',
      target: parameter.name,
      value,
      path: ['space', parameter.name, ...path],
      beside: besideOf(space, parameter),
    })),
  );
}

interface Sample {
  readonly value: Json;
  readonly path: readonly string[];
}

function samplesOf({ dimension }: Parameter, declared: unknown): readonly Sample[] {
  if (dimension.kind === 'choice') {
    const inside = Array.isArray(declared) ? [] : ['choices'];
    return dimension.choices.map((value, i) => ({
      value: value as Json,
      path: [...inside, String(i)],
    }));
  }
  const { kind, low, high, step } = dimension;
  const ends = [low, high].map((value, i) => ({ value, path: [kind, String(i)] }));
  if (kind === 'int') return ends;
  // A param of whole numbers takes the ends and nothing between.
  const between = step > 0 ? Math.min(low + step, high) : low + (high - low) * 0.381966;
  return [...ends, { value: between, path: [kind] }];
}

/** The first values that make a conditional parameter active. */
function besideOf(space: Space, { when = {} }: Parameter): JsonObject {
  return Object.fromEntries(
    Object.entries(when).flatMap(([name, wanted]) => {
      const other = space.find((one) => one.name === name);
      const above = other === undefined ? [] : Object.entries(besideOf(space, other));
      return [...above, [name, wanted[0] as Json] as const];
    }),
  );
}
