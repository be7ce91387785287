import { Type } from 'typebox';
import { readCorpus, writeCorpus } from '../artifacts/corpus.ts';
import { defineStage } from '../engine/stage.ts';
import { type Choice, choose } from './select/choose.ts';
import { conditions, textColumns } from './select/conditions.ts';
import { linkAudio } from './select/link-audio.ts';

const params = Type.Object(
  {
    keep: conditions(
      'Column to a value, a list of values or a range: clips that meet every condition stay.',
    ),
    drop: conditions('Alike; clips that meet any condition go.'),
    labels: Type.Record(Type.String(), Type.Union([Type.String({ minLength: 1 }), Type.Null()]), {
      default: {},
      examples: [{ boredom: null }],
      description:
        'Emotion to its new name; two with one name become one class, null drops the clips, others stay as they are.',
    }),
    balance: Type.Array(Type.Enum([...textColumns]), {
      default: [],
      uniqueItems: true,
      description:
        'Columns whose combinations of values get equally many clips, as many as the rarest has, drawn by the seed: [emotion], [emotion, speaker].',
    }),
  },
  { additionalProperties: false },
);

/** A part of a corpus under its own name: clips by what they hold, other labels, even classes. */
export const select = defineStage({
  kind: 'select',
  version: 2,
  protocol: true,
  summary:
    'Takes a part of a corpus: clips by any column, labels renamed or dropped, classes balanced.',
  params,
  inputs: { corpus: { type: 'corpus', summary: 'The clips to choose from' } },
  outputs: {
    corpus: { type: 'corpus', summary: 'Those that were chosen; their audio is not copied' },
  },
  tier: 'inline',
  random: true,
  otherNames: {
    emotions: 'keep',
    speakers: 'keep',
    where: 'keep',
    filter: 'keep',
    exclude: 'drop',
  },
  check({ keep, drop, labels, balance }) {
    const all = [...[keep, drop, labels].map((one) => Object.keys(one).length), balance.length];
    if (all.some((n) => n > 0)) return [];
    return [
      {
        path: [],
        message: 'select keeps every clip as it is',
        hint: 'Add keep, drop, labels or balance, or wire the corpus directly.',
      },
    ];
  },
  run(context) {
    const { params, seed } = context;
    const input = context.input('corpus');
    const { corpus, log } = choose(readCorpus(input), params as Choice, seed);
    for (const line of log) context.log(line);
    const output = context.output('corpus');
    linkAudio(input, output, corpus.utterances);
    writeCorpus(output, corpus);
  },
});
