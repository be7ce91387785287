import Type from 'typebox';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { fillDefaults } from '../../../src/engine/spec/defaults.ts';
import { validateParams } from '../../../src/engine/spec/validate.ts';
import { architectures } from '../../../src/model/architectures.ts';
import { type Block, blockSchema } from '../../../src/model/language/block.ts';
import { planModel } from '../../../src/model/language/plan-model.ts';
import type { Json } from '../../../src/util/json.ts';
import { cases } from '../lower/cases.ts';

const test = suite('blocks as params of a stage');

const schema = Type.Object({ architecture: Type.Array(blockSchema, { minItems: 1 }) });

const problems = (yaml: string) =>
  validateParams(schema, { architecture: parse(yaml) as Json }).map(({ path, message }) => ({
    path: path.slice(1).join('.'),
    message: message.replaceAll('architecture.', ''),
  }));

test('all that the project writes itself fits the schema', () => {
  for (const [name, blocks] of Object.entries({ ...architectures, ...cases })) {
    const found = validateParams(schema, { architecture: blocks as unknown as Json });
    assert.equal(found, [], name);
  }
});

test('defaults that are filled in change no model', () => {
  const input = { channels: 2, bands: 12, side: 0, classes: 3 };
  const stripped = (blocks: readonly Block[]) => {
    const plan = planModel(blocks, input);
    return plan.ok ? [plan.value.parameters, plan.value.table(40)] : plan.error;
  };
  for (const [name, blocks] of Object.entries(cases)) {
    const filled = fillDefaults(Type.Array(blockSchema), blocks as unknown as Json);
    assert.equal(stripped(filled as Block[]), stripped(blocks), name);
  }
});

test('one number stands for the map that it says all of', () => {
  const input = { channels: 1, bands: 12, side: 0, classes: 3 };
  const plan = (yaml: string) => {
    const made = planModel(
      [...(parse(yaml) as Block[]), { frequency: 'mean' }, { pool_time: 'mean' }, { dense: 4 }],
      input,
    );
    return made.ok && JSON.stringify(made.value.layers);
  };
  for (const [short, long] of [
    ['conv: 8', 'conv: { filters: 8, kernel: 3, stride: 1, dilation: 1, groups: 1, bias: false }'],
    ['depthwise: 5', 'depthwise: { kernel: [5, 5], multiplier: 1, padding: same }'],
    ['separable: 8', 'separable: { filters: 8, kernel: [3, 3] }'],
    ['pool: 2', 'pool: { kind: max, size: [2, 2], stride: [2, 2] }'],
    ['pool: [3, 1]', 'pool: { size: [3, 1], stride: null }'],
  ]) {
    assert.is(plan(`[{ ${short} }]`), plan(`[{ ${long} }]`), short);
  }
});

test('what does not fit is told by its place', () => {
  const wrong: readonly (readonly [string, string, string])[] = [
    ['[{ convolution: 3 }]', '0.convolution', 'unknown param "convolution" in "0"'],
    ['[{ conv: {} }]', '0.conv.filters', 'param "0.conv.filters"'],
    [
      '[{ conv: 0 }]',
      '0.conv',
      '"0.conv" must be an integer from 1 to 4096, or a map of filters (and kernel, stride, dilation, padding, bias and groups), not 0',
    ],
    [
      '[{ conv: { filters: 3, kernel: [3] } }]',
      '0.conv.kernel',
      '"0.conv.kernel" must be a list of 2, each an integer from 1 to 64, not a list of 1',
    ],
    [
      '[{ conv: { filter: 3, filters: 3 } }]',
      '0.conv.filter',
      'unknown param "filter" in "0.conv"',
    ],
    [
      '[{ norm: group }]',
      '0.norm',
      '"0.norm" must be one of batch, instance, layer, not the text "group"',
    ],
    ['[{ dropout: 1 }]', '0.dropout', '"0.dropout" must be a number ≥ 0 and < 1, not 1'],
    [
      '[{ residual: [{ residual: [{ conv: 3 }] }] }]',
      '0.residual.0.residual',
      'unknown param "residual" in "0.residual.0"',
    ],
    [
      '[{ parallel: [[{ pool_time: mean }], [{ conv: 3 }]] }]',
      '0.parallel.0.0.pool_time',
      'unknown param "pool_time" in "0.parallel.0.0"',
    ],
    [
      '[{ pool_time: { kind: mean, hidden: 3 } }]',
      '0.pool_time.kind',
      '"0.pool_time.kind" must be attention, not the text "mean"',
    ],
  ];
  for (const [yaml, path, message] of wrong)
    assert.equal(problems(yaml), [{ path, message }], yaml);
});

test.run();
