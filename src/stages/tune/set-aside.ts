import { Type } from 'typebox';
import { readCorpus } from '../../artifacts/corpus.ts';
import { type Protocol, readSplit, writeSplit } from '../../artifacts/split.ts';
import { defineStage, TaskError } from '../../engine/stage.ts';
import type { Clip } from '../../splits/clip.ts';
import { checkSplit } from '../../splits/make-split.ts';
import { clipsOf } from '../split.ts';

/**
 * A split in which some speakers are scored no more, because something was chosen by them. They still train
 * where they did. A fold that would score nobody is left out.
 */
export const setAside = defineStage({
  kind: 'set-aside',
  version: 1,
  summary: 'Takes speakers out of what a split scores.',
  params: Type.Object(
    {
      speakers: Type.Array(Type.String(), {
        minItems: 1,
        description: 'The speakers that are not scored.',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: {
    corpus: { type: 'corpus', summary: 'Who speaks' },
    split: { type: 'split', summary: 'All folds' },
  },
  outputs: { split: { type: 'split', summary: 'Folds that score other speakers only' } },
  tier: 'inline',
  internal: true,
  run(context) {
    const { speakers } = context.params;
    const clips = clipsOf(readCorpus(context.input('corpus')));
    const aside = new Set(
      clips.filter(({ speaker }) => speakers.includes(speaker)).map(({ id }) => id),
    );
    const { protocol, folds } = readSplit(context.input('split'));
    const left = folds.flatMap((fold, index) => {
      const test = fold.test.filter((id) => !aside.has(id));
      const name = nameOf(protocol, index, clips, new Set(test));
      return test.length === 0 ? [] : [{ fold: { ...fold, test }, name }];
    });
    if (left.length === 0) {
      throw new TaskError('no speaker is left to be scored', {
        hint: 'Name fewer development_speakers.',
      });
    }
    const names = left.map(({ name }) => name);
    const made = checkSplit(
      clips,
      left.map(({ fold }) => fold),
      names,
    );
    writeSplit(context.output('split'), {
      protocol: {
        ...protocol,
        folds: left.length,
        held_out: names,
        ...made.test,
        validation: made.validation,
        warnings: made.warnings,
        development: [...speakers].sort(),
      },
      folds: made.folds,
    });
  },
});

/** What a fold leaves out; of several speakers that are held out by name, those who are still scored. */
function nameOf(
  { scheme, held_out: held }: Protocol,
  index: number,
  clips: readonly Clip[],
  test: ReadonlySet<string>,
): string | null {
  const name = held[index] ?? null;
  if (scheme !== 'hold-out' || name === null) return name;
  const scored = clips.filter(({ id }) => test.has(id)).map(({ speaker }) => speaker);
  return [...new Set(scored)].sort().join(' + ');
}
