import type { Features } from '../../artifacts/features.ts';
import { speakerLimit } from '../../model/feed/enrolment/speaker-side.ts';
import type { ModelPlan } from '../../model/language/model-plan.ts';
import { encodeModelFile } from '../../model/onnx/model-file.ts';
import type { TrainedFold } from './network-fold.ts';
import type { NetworkParams } from './train-network.ts';

/** The bytes of `model.onnx`: a trained fold as one model that takes features as they are stored. */
export function modelFile({
  params,
  plan,
  fold: { weights, floor, normaliser, standardiser, within },
  features,
  functionals,
}: {
  readonly params: NetworkParams;
  readonly plan: ModelPlan;
  readonly fold: TrainedFold;
  readonly features: Pick<Features, 'definition'>;
  readonly functionals: Pick<Features, 'definition'> | undefined;
}): Uint8Array {
  const { labels, level, windows, crop_frames, enrolment } = params;
  const cut = windows && { frames: crop_frames, overlap: windows.overlap };
  return encodeModelFile(plan, weights, {
    ...{ floor, level },
    ...(normaliser && { normaliser }),
    ...(standardiser && { standardiser }),
    ...(enrolment && { speaker: { limit: speakerLimit, ...(within && { within }) } }),
    // What is inside the graph is told, too, for whoever wonders; what is not has to be done outside.
    metadata: {
      format: 'affekt.model/1',
      labels: JSON.stringify(labels),
      features: JSON.stringify(features.definition),
      ...(functionals && { functionals: JSON.stringify(functionals.definition) }),
      inside: JSON.stringify({ floor, level, normalise: params.normalise }),
      windows: JSON.stringify(cut),
      enrolment: JSON.stringify(enrolment),
    },
  });
}
