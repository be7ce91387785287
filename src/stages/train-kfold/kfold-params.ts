import { isDeepStrictEqual } from 'node:util';
import { type Static, Type } from 'typebox';
import type { ParamProblem } from '../../engine/stage.ts';
import { architectures } from '../../model/architectures.ts';
import { blockSchema } from '../../model/language/block.ts';
import { planModel } from '../../model/language/plan-model.ts';
import { checkSplitParams, splitParams } from '../split.ts';
import { scheduleDefaults, trainingDefaults, trainingParams } from './training-params.ts';

export const controlNames = ['majority', 'logreg', 'shuffled_labels'] as const;

export const kfoldParams = Type.Object(
  {
    split: Type.Object(splitParams.properties, {
      additionalProperties: false,
      default: {},
      description: 'How clips are parted into folds, where the port split is not wired.',
    }),
    architecture: Type.Union(
      [
        Type.Enum(['logreg', ...Object.keys(architectures)]),
        Type.Array(blockSchema, { minItems: 1 }),
      ],
      {
        default: 'cnn4',
        description:
          'The model: a network by name or as a list of blocks (docs/architectures.md); logreg is logistic regression on the mean of each band over frames.',
      },
    ),
    class_weights: Type.Enum(['balanced', 'none'], {
      default: 'balanced',
      description: 'Weight of a class in the loss: n / (K n_k), or 1.',
    }),
    c: Type.Number({
      exclusiveMinimum: 0,
      default: 1,
      description: 'Inverse strength of the L2 penalty of logreg, as a control as well.',
    }),
    seeds: Type.Integer({
      minimum: 1,
      default: 1,
      description:
        'How often every fold is trained, with other random numbers. logreg has none and is trained once.',
    }),
    ...trainingParams,
    stops: Type.Union([Type.Null(), Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1 })], {
      default: null,
      description:
        'Epochs after which a training is handed over from task to task; the last of them ends it, on the schedule of all epochs. A later stop, or none, goes on from those that are there. null: one task trains all epochs.',
    }),
    max_folds: Type.Union([Type.Null(), Type.Integer({ minimum: 1 })], {
      default: null,
      description: 'Train only the first folds; every result is stamped quick.',
    }),
    controls: Type.Array(Type.Enum([...controlNames]), {
      uniqueItems: true,
      default: ['majority', 'logreg'],
      description:
        'What stands beside the result, made on the same folds. shuffled_labels trains the model itself on permuted labels: what it reaches is chance.',
    }),
  },
  { additionalProperties: false },
);

export type KfoldParams = Static<typeof kfoldParams>;

/** Params that do something with one kind of schedule or optimiser alone. */
const ofSchedule = {
  ...{ warmup: 'one_cycle', div: 'one_cycle', final_div: 'one_cycle' },
  ...{ factor: 'plateau', patience: 'plateau' },
} as const;
const ofOptimiser = { betas: 'adamw', momentum: 'sgd', nesterov: 'sgd' } as const;

/** More bands than any front end has: what does not fit these fits none. */
const manyBands = 4096;

/** Checks what the schema cannot say: the split, the blocks of a model, params without effect. */
export function checkKfoldParams(given: KfoldParams): readonly ParamProblem[] {
  const { architecture, early_stopping, schedule, split } = given;
  const problems: ParamProblem[] = checkSplitParams(split).map((problem) => ({
    ...problem,
    path: ['split', ...problem.path],
  }));
  if (architecture !== 'logreg') {
    const sizes = { channels: 1, bands: manyBands, side: 0, classes: 2 };
    const plan = planModel(architecture, sizes);
    if (!plan.ok) {
      problems.push(
        ...plan.error.map((problem) => ({ ...problem, path: ['architecture', ...problem.path] })),
      );
    } else if (given.crop_frames < plan.value.minimumFrames) {
      const { minimumFrames } = plan.value;
      problems.push({
        path: ['crop_frames'],
        message: `the architecture needs ${minimumFrames} frames, and crops have ${given.crop_frames}`,
        hint: `Set crop_frames to ${minimumFrames} or more.`,
      });
    }
  }
  if (given.engine === 'tfjs' && given.device === 'webgpu') {
    problems.push({
      path: ['device'],
      message: 'engine tfjs computes on cpu or cuda, not on webgpu',
      hint: 'Use another device, or engine: onnx.',
    });
  }
  if (given.windows !== null && given.crop_frames * (1 - given.windows.overlap) < 1) {
    problems.push({
      path: ['windows', 'overlap'],
      message: `windows of ${given.crop_frames} frames that overlap by ${given.windows.overlap} do not move on`,
      hint: `Write at most ${1 - 1 / given.crop_frames}.`,
    });
  }
  problems.push(...stopProblems(given), ...idleParams(given));
  if (given.enrolment !== null && architecture === 'logreg') {
    problems.push({
      path: ['enrolment'],
      message: 'logreg does not adapt to speakers',
      hint: 'Remove enrolment, or use a network.',
    });
  }
  if (given.enrolment !== null && split.validation_speakers > 0) {
    problems.push({
      path: ['split', 'validation_speakers'],
      message: 'with enrolment no validation clip is trained on or scored',
      hint: 'Remove it: all speakers but the tested ones are then trained on.',
    });
  }
  if (given.enrolment !== null && (early_stopping !== null || schedule.kind === 'plateau')) {
    problems.push({
      path: ['enrolment'],
      message: 'enrolment trains for a fixed number of epochs: it scores no validation clips',
      hint: 'Remove enrolment, or early_stopping and schedule plateau.',
    });
  }
  if (early_stopping !== null && given.swa !== null) {
    problems.push({
      path: ['swa'],
      message: 'swa needs all epochs, which early_stopping cuts off',
      hint: 'Remove one of the two.',
    });
  }
  return problems;
}

function stopProblems({ stops, epochs }: KfoldParams): readonly ParamProblem[] {
  const wrong = (stops ?? []).findIndex(
    (stop, i, all) => stop <= (all[i - 1] ?? 0) || stop > epochs,
  );
  if (stops === null || wrong < 0) return [];
  const stop = stops[wrong] ?? 0;
  return [
    {
      path: ['stops', String(wrong)],
      message:
        stop > epochs
          ? `a stop after ${stop} epochs, and the training has ${epochs}`
          : `stops must ascend, and ${stop} comes after ${stops[wrong - 1]}`,
      hint: 'Write stops in ascending order, at most as many epochs as there are.',
    },
  ];
}

/** Params that were set and do nothing beside the others. */
function idleParams({ ema, enrolment, optimiser, schedule, swa, ...given }: KfoldParams) {
  const problems: ParamProblem[] = [];
  for (const [name, kind] of Object.entries(ofSchedule)) {
    const param = name as keyof typeof ofSchedule;
    if (schedule.kind === kind || schedule[param] === scheduleDefaults[param]) continue;
    problems.push({
      path: ['schedule', param],
      message: `${param} has no effect with schedule ${schedule.kind}`,
      hint: `Remove it, or use kind: ${kind}.`,
    });
  }
  for (const [name, kind] of Object.entries(ofOptimiser)) {
    const param = name as keyof typeof ofOptimiser;
    const isDefault = isDeepStrictEqual(given[param], trainingDefaults[param]);
    if (optimiser === kind || isDefault) continue;
    problems.push({
      path: [param],
      message: `${param} has no effect with optimiser ${optimiser}`,
      hint: `Remove it, or use optimiser: ${kind}.`,
    });
  }
  if (swa !== null && ema !== null && ema !== trainingDefaults.ema) {
    problems.push({
      path: ['ema'],
      message: 'ema has no effect with swa, which predicts instead',
      hint: 'Remove one of the two.',
    });
  }
  if (enrolment?.clips === 'all' && enrolment.draws !== trainingDefaults.draws) {
    problems.push({
      path: ['enrolment', 'draws'],
      message: 'draws has no effect with clips: all, which leaves nothing to draw',
      hint: 'Remove it, or set clips to a number.',
    });
  }
  return problems;
}
