import { type Static, Type } from 'typebox';
import { readCorpus } from '../../artifacts/corpus.ts';
import { readSplit, writeSplit } from '../../artifacts/split.ts';
import { defineStage } from '../../engine/stage.ts';
import { clipsOf, partClips, protocolOf, type SplitParams } from '../split.ts';

const params = Type.Object(
  {
    fold: Type.Union([Type.Null(), Type.Integer({ minimum: 1 })], {
      default: null,
      description: 'The outer fold whose scored clips are left out; null: none.',
    }),
    speakers: Type.Union([Type.Null(), Type.Array(Type.String(), { minItems: 1 })], {
      default: null,
      description: 'Only clips of these speakers; null: of all.',
    }),
    folds: Type.Integer({ minimum: 2, description: 'Number of inner folds.' }),
    groups: Type.Enum(['speaker', 'text', 'take'], {
      description: 'What stays on one side.',
    }),
    validation_speakers: Type.Integer({ minimum: 0, default: 0, description: 'As in split.' }),
  },
  { additionalProperties: false },
);

/**
 * Parts what a search may see into folds of its own. The clips that the outer fold scores are in none of
 * them, in no role.
 */
export const innerSplit = defineStage({
  kind: 'inner-split',
  version: 2,
  summary: 'Parts the clips that a search may see into folds.',
  params,
  inputs: {
    corpus: { type: 'corpus', summary: 'The clips' },
    split: { type: 'split', summary: 'The outer folds' },
  },
  outputs: { split: { type: 'split', summary: 'The inner folds' } },
  tier: 'inline',
  internal: true,
  random: true,
  run(context) {
    const { fold, speakers } = context.params;
    const { folds } = readSplit(context.input('split'));
    const hidden = new Set(fold === null ? [] : folds[fold - 1]?.test);
    const allowed = fold === null ? undefined : idsOf(folds[fold - 1]);
    const own = speakers === null ? undefined : new Set(speakers);
    const clips = clipsOf(readCorpus(context.input('corpus'))).filter(
      ({ id, speaker }) =>
        !hidden.has(id) && (allowed?.has(id) ?? true) && (own?.has(speaker) ?? true),
    );
    const given = splitParamsOf(context.params);
    const made = partClips(clips, given, context.seed);
    for (const warning of made.warnings) context.log(`warning: ${warning}`);
    writeSplit(context.output('split'), {
      protocol: protocolOf(given, made, context.seed),
      folds: made.folds,
    });
  },
});

function idsOf(fold?: { readonly fit: readonly string[]; readonly validate: readonly string[] }) {
  return new Set([...(fold?.fit ?? []), ...(fold?.validate ?? [])]);
}

/** The inner folds as a `split` stage would be asked for them. Takes stay together in every scheme. */
function splitParamsOf({ folds, groups, validation_speakers }: Static<typeof params>): SplitParams {
  const byTake = groups === 'take';
  return {
    scheme: byTake ? 'stratified-k-fold' : 'stratified-group-k-fold',
    groups: byTake ? null : (groups as 'speaker'),
    ...{ folds, shuffle: true, test_fraction: 0.2, test_speakers: null, validation_speakers },
    ...{ train_on: null, test_on: null, file: null },
  };
}
