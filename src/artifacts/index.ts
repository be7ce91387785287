import type { ArtifactType } from '../engine/artifact.ts';
import { analysis } from './analysis.ts';
import { corpus } from './corpus.ts';
import { evaluation } from './evaluation.ts';
import { features } from './features.ts';
import { fold } from './fold.ts';
import { models } from './models.ts';
import { directory, file, table } from './open-types.ts';
import { score } from './score.ts';
import { split } from './split.ts';
import { study } from './study.ts';

const types = [
  analysis,
  corpus,
  features,
  split,
  models,
  fold,
  evaluation,
  score,
  study,
  file,
  directory,
  table,
];

/** The one table of artifact types. A new type is a file and a line here. */
export const artifactTypes: Readonly<Record<string, ArtifactType>> = Object.freeze(
  Object.fromEntries(types.map((type) => [type.type, type])),
);
