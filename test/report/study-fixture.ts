import type { StudySearch, StudyTable, StudyTrial } from '../../src/artifacts/study.ts';

/** Two searches with a conditional param, a choice of null, a spec outside its range, pruned and failed trials. */
const none = { pruned_after: null, sees: null, error: null };

function trial(
  outer: number,
  number: number,
  value: number | null,
  set: StudyTrial['set'],
  rest: Partial<StudyTrial> = {},
): StudyTrial {
  return { ...none, outer, trial: number, state: 'complete', value, folds_done: 2, set, ...rest };
}

const rate = 'cnn.learning_rate';
const mask = 'noisy.mask';
const level = 'cnn.level';
const kind = 'cnn.architecture';

const trials: readonly StudyTrial[] = [
  trial(1, 0, 0.5, { [rate]: 0.0005, [mask]: null, [kind]: 'cnn4', [level]: 'band' }),
  trial(1, 1, 0.625, { [rate]: 0.004, [mask]: 8, [kind]: 'mlp' }),
  trial(
    1,
    2,
    null,
    { [rate]: 0.01, [mask]: 4, [kind]: 'cnn4', [level]: 'scalar' },
    { state: 'pruned', pruned_after: 'fold 1', folds_done: 1 },
  ),
  trial(
    1,
    3,
    null,
    { [rate]: 0.002, [mask]: 8, [kind]: 'mlp' },
    { state: 'failed', folds_done: 0, error: 'no <room> for 8 bands' },
  ),
  trial(1, 4, 0.5625, { [rate]: 0.003, [mask]: null, [kind]: 'cnn4', [level]: 'scalar' }),
  trial(2, 0, 0.7, { [rate]: 0.0005, [mask]: null, [kind]: 'cnn4', [level]: 'band' }),
  trial(2, 1, 0.6, { [rate]: 0.005, [mask]: 8, [kind]: 'mlp' }),
];

const searches: readonly StudySearch[] = [
  {
    ...{ outer: 1, held_out: 'a<b', winner: 1, value: 0.625 },
    set: trials[1]!.set,
    importance: { [rate]: 0.625, [mask]: 0.25, [kind]: 0.125 },
  },
  {
    ...{ outer: 2, held_out: '3', winner: 0, value: 0.7 },
    set: trials[5]!.set,
    importance: { [mask]: 0.5, [rate]: 0.25, [kind]: 0.125, [level]: 0.125 },
  },
];

export const studyTable: StudyTable = {
  study: {
    ...{ format: 'affekt.study/1', target: 'cnn', objective: 'uar', selection: 'nested' },
    ...{ sampler: 'tpe', parallel: 4, asked: 5, folds: 2 },
    space: {
      [rate]: { float: [1e-3, 1e-2], log: true },
      [mask]: [null, 4, 8],
      [kind]: ['cnn4', 'mlp'],
      [level]: { choices: ['scalar', 'band'], when: { [kind]: 'cnn4' } },
    },
    searches,
  },
  trials,
};
