import { Type } from 'typebox';
import { readSplit, writeSplit } from '../../artifacts/split.ts';
import { defineStage } from '../../engine/stage.ts';

/** One fold of a split as a split of its own, so that a task of that fold depends on nothing else. */
export const foldSplit = defineStage({
  kind: 'fold-split',
  version: 1,
  summary: 'Takes one fold out of a split.',
  params: Type.Object(
    { fold: Type.Integer({ minimum: 1, description: 'Which fold.' }) },
    { additionalProperties: false },
  ),
  inputs: { split: { type: 'split', summary: 'All folds' } },
  outputs: { split: { type: 'split', summary: 'One fold' } },
  tier: 'inline',
  internal: true,
  run(context) {
    const { fold } = context.params;
    const { protocol, folds } = readSplit(context.input('split'));
    const own = folds[fold - 1];
    if (own === undefined) throw new Error(`no fold ${fold}`);
    writeSplit(context.output('split'), {
      protocol: { ...protocol, folds: 1, held_out: [protocol.held_out[fold - 1] ?? null] },
      folds: [own],
    });
  },
});
