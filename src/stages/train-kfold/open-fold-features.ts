import { type Features, openFeatures, UnknownUtterance } from '../../artifacts/features.ts';
import type { InputArtifact } from '../../engine/artifact.ts';
import { TaskError } from '../../engine/stage.ts';

/** Opens features for a fold's clips, and refuses clips without: the two were made from different corpora. */
export function openFoldFeatures(input: InputArtifact, ids: readonly string[]): Features {
  try {
    return openFeatures(input, { only: ids });
  } catch (error) {
    if (!(error instanceof UnknownUtterance)) throw error;
    throw new TaskError(`there are no features of the clip "${error.id}"`, {
      hint: 'Wire features and corpus of the training to the same ancestor.',
    });
  }
}
