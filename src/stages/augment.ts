import { writeFileSync } from 'node:fs';
import { type Features, openFeatures } from '../artifacts/features.ts';
import { bandAxisOf } from '../artifacts/mel-definition.ts';
import { formatPolicy, type PolicyFile } from '../artifacts/policy.ts';
import { defineStage, TaskError } from '../engine/stage.ts';
import { policyFile } from './augment/policy-file.ts';
import { augmentParams, checkAugmentParams } from './augment/policy-params.ts';
import { augmentCorpus } from './augment-corpus.ts';

/** Writes down what training is to do with features; the features themselves are linked as they are. */
export const augment = defineStage({
  kind: 'augment',
  version: 1,
  summary:
    'Adds a policy to features: random warps, masks and mixtures of the crops that networks are trained on.',
  params: augmentParams,
  inputs: { features: { type: 'features', summary: 'What is augmented' } },
  outputs: { features: { type: 'features', summary: 'The same features with a policy' } },
  tier: 'inline',
  check: checkAugmentParams,
  forms: { corpus: augmentCorpus },
  run(context) {
    const input = context.input('features');
    const output = context.output('features');
    const features = openFeatures(input);
    const policy = policyFile(context.params, features.policy);
    requireFit(policy, features);
    for (const [file, digest] of Object.entries(input.files)) {
      if (file !== 'policy.json') output.link(file, digest);
    }
    writeFileSync(output.path('policy.json'), formatPolicy(policy));
  },
});

/** Refuses what these features cannot take. */
function requireFit(policy: PolicyFile, { bands, definition }: Features): void {
  if (policy.vtlp !== undefined && bandAxisOf(definition) === null) {
    throw new TaskError(
      `vtlp needs to know where bands lie in Hz, which these features (${definition.kind}) do not say`,
      { hint: 'Use frequency_warp, or features of melspec with one sample_rate for all clips.' },
    );
  }
  const width = policy.frequency_mask?.width ?? 0;
  if (width > bands) {
    throw new TaskError(`frequency_mask is up to ${width} bands wide, and there are ${bands}`, {
      hint: `Use at most ${bands}; an eighth of them (${Math.ceil(bands / 8)}) is usual.`,
    });
  }
  const warp = policy.frequency_warp ?? 0;
  if (warp > (bands - 1) / 2) {
    throw new TaskError(`frequency_warp moves bands by up to ${warp}, and there are ${bands}`, {
      hint: `Use at most ${(bands - 1) / 2}.`,
    });
  }
}
