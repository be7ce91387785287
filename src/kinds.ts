import type { StageKind } from './engine/stage.ts';
import { analyze } from './stages/analyze.ts';
import { augment } from './stages/augment.ts';
import { augmentCorpus } from './stages/augment-corpus.ts';
import { command } from './stages/command.ts';
import { delta } from './stages/delta.ts';
import { denoise } from './stages/denoise.ts';
import { ensemble } from './stages/ensemble.ts';
import { evaluate } from './stages/evaluate/evaluate.ts';
import { fetch } from './stages/fetch.ts';
import { functionals } from './stages/functionals.ts';
import { melspec } from './stages/melspec.ts';
import { merge } from './stages/merge.ts';
import { mfcc } from './stages/mfcc.ts';
import { trainOwn } from './stages/own-training/train-own.ts';
import { select } from './stages/select.ts';
import { split } from './stages/split.ts';
import { collectModels } from './stages/train-kfold/collect-models.ts';
import { predictMajority } from './stages/train-kfold/predict-majority.ts';
import { trainKfold } from './stages/train-kfold/train-kfold.ts';
import { trainLogreg } from './stages/train-kfold/train-logreg.ts';
import { trainNetwork } from './stages/train-kfold/train-network.ts';
import { collectSearch } from './stages/tune/collect-search.ts';
import { foldSplit } from './stages/tune/fold-split.ts';
import { innerSplit } from './stages/tune/inner-split.ts';
import { scoreTrial } from './stages/tune/score-trial.ts';
import { setAside } from './stages/tune/set-aside.ts';
import { tune } from './stages/tune/tune.ts';

const kinds = [
  fetch,
  denoise,
  analyze,
  select,
  merge,
  melspec,
  mfcc,
  delta,
  functionals,
  augment,
  augmentCorpus,
  split,
  trainKfold,
  trainLogreg,
  trainNetwork,
  trainOwn,
  predictMajority,
  collectModels,
  ensemble,
  tune,
  innerSplit,
  foldSplit,
  setAside,
  scoreTrial,
  collectSearch,
  evaluate,
  command,
];

/** The one table of stage kinds, by the name that `uses:` takes. A new kind is a file and a line here. */
export const stageKinds: Readonly<Record<string, StageKind>> = Object.freeze(
  Object.fromEntries(kinds.map((kind) => [kind.kind, kind])),
);
