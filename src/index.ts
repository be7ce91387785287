/** What own stages (`uses: ./my-stage.ts`) import from `affekt`. */
export { default as Type } from 'typebox';
export {
  type Corpus,
  readCorpus,
  type Utterance,
  writeCorpus,
} from './artifacts/corpus.ts';
export {
  type FeatureMatrix,
  type Features,
  mapFeatures,
  openFeatures,
  readFeaturesDefinition,
  writeFeatures,
} from './artifacts/features.ts';
export type { FeaturesDefinition } from './artifacts/features-definition.ts';
export type { FeatureRows } from './artifacts/features-index.ts';
export type { AudioError } from './audio/audio.ts';
export { decodeMono, type Mono } from './audio/decode.ts';
export { decoderPackages } from './audio/decoders.ts';
export * as dsp from './dsp/index.ts';
export type {
  Artifact,
  ArtifactFiles,
  InputArtifact,
  OutputArtifact,
  Role,
} from './engine/artifact.ts';
export type { Result } from './engine/result.ts';
export {
  type CoordinateContext,
  defineStage,
  type Each,
  type Item,
  type ItemFile,
  type ItemResult,
  type ItemRows,
  itemId,
  type MadeFile,
  type Shard,
  SourceError,
  type StageKind,
  type TaskContext,
  TaskError,
} from './engine/stage.ts';
export * as search from './search/index.ts';
export {
  defineTraining,
  type Fold,
  type LabelledClip,
  type Predict,
  type Training,
} from './stages/own-training/training.ts';
export { formatCsv, parseCsv } from './util/csv.ts';
export { NpyReader, writeNpy } from './util/npy.ts';
export { createRandom, type Random } from './util/random.ts';
