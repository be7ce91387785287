import { Type } from 'typebox';
import { readCorpus, writeCorpus } from '../artifacts/corpus.ts';
import { defineStage } from '../engine/stage.ts';
import { type Classes, join } from './merge/join.ts';
import { linkAudio } from './select/link-audio.ts';

/** Several corpora as one, each clip still known by its corpus. */
export const merge = defineStage({
  kind: 'merge',
  version: 1,
  protocol: true,
  summary: 'Joins corpora into one: ids, speakers and texts carry the name of their corpus.',
  params: Type.Object(
    {
      classes: Type.Enum(['equal', 'common', 'all'], {
        default: 'equal',
        description:
          'Labels that not every corpus has: equal refuses them, common leaves their clips out, all keeps them.',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: {
    corpora: { type: 'corpus', summary: 'What is joined, in the order of labels', many: true },
  },
  outputs: { corpus: { type: 'corpus', summary: 'All clips; their audio is not copied' } },
  tier: 'inline',
  run(context) {
    const inputs = context.inputs('corpora');
    const corpora = inputs.map(readCorpus);
    const corpus = join(corpora, context.params.classes as Classes);
    const output = context.output('corpus');
    for (const input of inputs) linkAudio(input, output, corpus.utterances);
    const left = Object.entries(corpus.info.dropped).map(([label, count]) => `${count} ${label}`);
    context.log(`${corpus.utterances.length} clips of ${corpus.info.labels.join(', ')}`);
    if (left.length > 0) context.log(`left out: ${left.join(', ')}`);
    writeCorpus(output, corpus);
  },
});
