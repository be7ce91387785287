import { readFileSync } from 'node:fs';
import { readFeatureIndex } from '../../artifacts/features-index.ts';
import type { ArtifactFiles } from '../../engine/artifact.ts';
import { TaskError } from '../../engine/stage.ts';

/** Refuses a fold whose clips have no features: the two were made from different corpora. */
export function requireFeatures(features: ArtifactFiles, ids: readonly string[]): void {
  const index = readFeatureIndex(readFileSync(features.path('index.csv'), 'utf8'));
  const known = new Set(index.ok ? index.value.map((row) => row.id) : []);
  const missing = ids.find((id) => !known.has(id));
  if (missing === undefined) return;
  throw new TaskError(`there are no features of the clip "${missing}"`, {
    hint: 'Wire features and corpus of the training to the same ancestor.',
  });
}
