import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { architectures } from '../../../src/model/architectures.ts';
import { type Block, blockNames } from '../../../src/model/language/block.ts';
import { planModel } from '../../../src/model/language/plan-model.ts';

const test = suite('models that cannot be');

interface Refusal {
  /** A list of blocks as a user writes it. */
  readonly yaml: string;
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

const input = { channels: 1, bands: 8, side: 0, classes: 5 };
const framesGone = 'needs frames, and pool_time has ended them';

/** Blocks below the end of frames. */
function below(block: string, name: string, hint = 'Move it up.'): Refusal {
  return {
    yaml: `[{ frequency: mean }, { pool_time: mean }, { ${block} }]`,
    path: `2.${name}`,
    message: `block 3 (${name}) ${framesGone}`,
    hint,
  };
}

const refusals: readonly Refusal[] = [
  {
    yaml: '[{ cnv: 16 }]',
    path: '0.cnv',
    message: 'block 1 (cnv) is no block, nearest is "conv"',
    hint: `Blocks are ${blockNames.join(', ')}.`,
  },
  {
    yaml: '[{ conv: 16, norm: batch }]',
    path: '0',
    message: 'block 1 is 2 in one: conv, norm',
    hint: 'Make each an item of the list, with a "- " of its own.',
  },
  {
    yaml: '[{ conv: 16 }, {}]',
    path: '1',
    message: 'block 2 is empty',
    hint: 'Make each an item of the list, with a "- " of its own.',
  },
  {
    yaml: '[{ conv: 8 }, { conv: { filters: 12, groups: 3 } }]',
    path: '1.conv.groups',
    message: 'block 2 (conv) cannot part 8 channels and 12 filters into 3 groups',
    hint: 'Possible numbers of groups: 1, 2, 4.',
  },
  {
    yaml: '[{ conv: { filters: 4, kernel: 9, padding: none } }]',
    path: '0.conv.kernel',
    message: 'block 1 (conv) needs 9 bands, and 8 are left',
    hint: 'Write kernel: [frequency, time] with at most 8 for frequency, or fewer strides and pools above.',
  },
  {
    yaml: '[{ residual: [{ pool: 8 }, { separable: { filters: 4, kernel: [2, 3] } }] }]',
    path: '0.residual.1.separable.kernel',
    message: 'block 1.2 (separable) needs 2 bands, and 1 is left',
    hint: 'Write kernel: [frequency, time] with at most 1 for frequency, or fewer strides and pools above.',
  },
  {
    yaml: '[{ pool: 2 }, { pool: { size: 5 } }]',
    path: '1.pool.size',
    message: 'block 2 (pool) needs 5 bands, and 4 are left',
    hint: 'Write size: [frequency, time] with at most 4 for frequency, or fewer strides and pools above.',
  },
  {
    yaml: '[{ depthwise: { kernel: 1, dilation: 2 } }]',
    path: '0.depthwise.dilation',
    message: 'block 1 (depthwise) has a dilation where its kernel is 1, which has no effect',
    hint: 'Write dilation: 1 there.',
  },
  {
    yaml: '[{ conv: { filters: 4, kernel: [1, 3], dilation: [2, 2] } }]',
    path: '0.conv.dilation',
    message: 'block 1 (conv) has a dilation where its kernel is 1, which has no effect',
    hint: 'Write dilation: 1 there.',
  },
  {
    yaml: '[{ frequency: max }, { conv: { filters: 4, kernel: [3, 5] } }]',
    path: '1.conv.kernel',
    message: 'block 2 (conv) has a kernel of 3 bands, and frequency has ended above',
    hint: 'Write kernel: 5, which is for time alone here.',
  },
  {
    yaml: '[{ frequency: max }, { pool: { stride: [2, 2] } }]',
    path: '1.pool.stride',
    message: 'block 2 (pool) has a stride of 2 bands, and frequency has ended above',
    hint: 'Write stride: 2, which is for time alone here.',
  },
  {
    yaml: '[{ parallel: [[{ conv: 4 }], [{ conv: 4 }, { pool: 2 }]] }]',
    path: '0.parallel.1',
    message:
      'block 1 (parallel) cannot join 8 bands with a frame every 1 of branch 1 and 4 bands with a frame that sees 2 every 2 of branch 2',
    hint: 'Give all branches the same strides and pools.',
  },
  {
    yaml: '[{ frequency: mean }, { frequency: flatten }]',
    path: '1.frequency',
    message: 'block 2 (frequency) stands below another block that has ended it',
    hint: 'Leave it out.',
  },
  {
    yaml: '[{ conv: 4 }, { pool_time: mean }]',
    path: '1.pool_time',
    message:
      'block 2 (pool_time) needs one list of channels per frame, and frequency has not ended',
    hint: 'Put "- frequency: flatten" (or mean, or max) above it.',
  },
  {
    yaml: '[{ frequency: mean }, { dense: 4 }]',
    path: '1.dense',
    message: 'block 2 (dense) needs one vector per clip, and time has not been pooled',
    hint: 'Put it below pool_time; a dense layer per frame is conv with kernel: 1.',
  },
  {
    yaml: '[{ frequency: mean }, { pool_time: mean }, { norm: instance }]',
    path: '2.norm',
    message: 'block 3 (norm) cannot normalise a channel over its frames: pool_time has ended them',
    hint: 'Move it up, or use norm: batch or norm: layer.',
  },
  below('conv: 4', 'conv', 'Move it up, or use dense.'),
  below('depthwise: 3', 'depthwise'),
  below('separable: 4', 'separable', 'Move it up, or use dense.'),
  below('pool: 2', 'pool'),
  below('spatial_dropout: 0.1', 'spatial_dropout', 'Move it up, or use dropout.'),
  below('squeeze_excite: 2', 'squeeze_excite'),
  below('residual: [{ conv: 4 }]', 'residual'),
  below('parallel: [[{ conv: 4 }], [{ conv: 4 }]]', 'parallel'),
  below('frequency: mean', 'frequency'),
  below('pool_time: max', 'pool_time'),
  {
    yaml: '[{ conv: 4 }]',
    path: '0',
    message: 'the model ends without pooling time, so there is no vector to classify',
    hint: 'End it with "- frequency: flatten" and "- pool_time: statistics".',
  },
  {
    yaml: '[{ conv: 4 }, { frequency: mean }]',
    path: '1',
    message: 'the model ends without pooling time, so there is no vector to classify',
    hint: 'End it with "- pool_time: statistics".',
  },
];

for (const { yaml, ...expected } of refusals) {
  test(`${yaml}: ${expected.message}`, () => {
    const plan = planModel(parse(yaml) as Block[], input);
    assert.not.ok(plan.ok);
    const found = plan.ok ? [] : plan.error;
    assert.equal(
      found.map(({ path, ...words }) => ({ path: path.join('.'), ...words })),
      [expected],
    );
  });
}

test('an unknown architecture is told with the nearest', () => {
  const plan = planModel('light-sernett', input);
  assert.equal(plan.ok ? [] : plan.error, [
    {
      path: [],
      message: 'there is no architecture "light-sernett", nearest is "light-sernet"',
      hint: `Architectures are ${Object.keys(architectures).join(', ')}.`,
    },
  ]);
});

test('a named architecture for too few bands names itself, and points at the name', () => {
  const plan = planModel('cnn4', { ...input, bands: 4 });
  assert.equal(plan.ok ? [] : plan.error, [
    {
      path: [],
      message: 'cnn4: block 9 (pool) needs 2 bands, and 1 is left',
      hint: 'Use another architecture, or features of more bands.',
    },
  ]);
});

test.run();
