/** The search of `tune`, usable by itself: `ask` says which point to try next, rules say which trial to end. */
export { ask, type SamplerName, type Study, samplers, samplerWords } from './ask.ts';
export { importance } from './importance.ts';
export { halvingRule } from './prune/halving.ts';
export { hyperband } from './prune/hyperband.ts';
export { percentileRule } from './prune/percentile.ts';
export type { PruneQuestion, PruneRule } from './prune/rule.ts';
export { wilcoxonRule } from './prune/wilcoxon.ts';
export { readSpace, type SpaceProblem } from './read-space.ts';
export { type Dimension, type Parameter, type Point, type Space, valuesOf } from './space.ts';
export {
  type AskedTrial,
  type Ending,
  type SweepOptions,
  type SweptTrial,
  sweep,
} from './sweep.ts';
export { bestTrial, type Direction, type Report, type Trial, visibleTo } from './trial.ts';
