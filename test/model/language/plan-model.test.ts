import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { architectures } from '../../../src/model/architectures.ts';
import { Graph } from '../../../src/model/graph/graph.ts';
import type { Block } from '../../../src/model/language/block.ts';
import type { ModelInput, ModelPlan } from '../../../src/model/language/model-plan.ts';
import { planModel } from '../../../src/model/language/plan-model.ts';
import { lowerModel } from '../../../src/model/lower/lower-model.ts';
import { classes, golden } from '../../golden/torch-models/load.ts';
import { cases } from '../lower/cases.ts';

const test = suite('planning of models');

const mono: ModelInput = { channels: 1, bands: 64, side: 0, classes: 5 };

function planned(model: string | readonly Block[], input: ModelInput): ModelPlan {
  const plan = planModel(model, input);
  if (!plan.ok) throw new Error(JSON.stringify(plan.error));
  return plan.value;
}

/** Shape of the logits of one clip, by building the graph; throws where frames run out. */
function build(plan: ModelPlan, frames: number): readonly number[] {
  const g = new Graph();
  const { channels, bands, side } = plan.input;
  const specs = new Map([...plan.parameters, ...plan.buffers].map((one) => [one.name, one.shape]));
  const value = (name: string) => g.input(name, specs.get(name)!);
  const { logits } = lowerModel(g, plan, {
    ...{ x: g.input('x', [1, channels, bands, frames]), training: false },
    ...{
      parameter: value,
      buffer: value,
      noise: (shape: readonly number[]) => g.input('n', shape),
    },
    ...(side > 0 && { side: g.input('side', [1, side]) }),
  });
  return logits.shape;
}

test('cnn4 has 86,837 parameters for 5 classes and 89,911 for 7', () => {
  assert.is(planned('cnn4', mono).parameterCount, 86_837);
  assert.is(planned('cnn4', { ...mono, classes: 7 }).parameterCount, 89_911);
});

test('side inputs add one weight per class each, input channels one set of filters each', () => {
  assert.is(planned('cnn4', { ...mono, side: 15 }).parameterCount, 86_837 + 15 * 5);
  assert.is(planned('cnn4', { ...mono, channels: 3 }).parameterCount, 86_837 + 2 * 16 * 25);
});

test("operations are what PyTorch's counter counts", () => {
  for (const [name, recorded] of Object.entries(golden)) {
    const plan = planned(cases[name] ?? name, { ...recorded, classes });
    assert.is(plan.flops(recorded.frames), recorded.flops, name);
  }
});

test('the minimum of frames is the fewest for which the model can be built', () => {
  for (const [name, blocks] of Object.entries({ ...cases, ...architectures })) {
    const { channels, bands, side } = golden[name] ?? mono;
    const plan = planned(blocks, { channels, bands, side, classes: 3 });
    assert.equal(build(plan, plan.minimumFrames), [1, 3], name);
    if (plan.minimumFrames > 1) assert.throws(() => build(plan, plan.minimumFrames - 1), name);
  }
});

test('every architecture takes 1 and 3 channels and all bands that its steps leave', () => {
  for (const name of Object.keys(architectures)) {
    for (const channels of [1, 3]) {
      for (const bands of [23, 40, 64, 65, 80, 128]) {
        const plan = planned(name, { ...mono, channels, bands });
        assert.equal(build(plan, plan.minimumFrames + 3), [1, 5], `${name} of ${bands}`);
      }
    }
  }
});

test('the table shows every layer: place, words, shape, parameters, operations', () => {
  const plan = planned(
    [
      { parallel: [[{ conv: { filters: 2, kernel: [1, 5] } }], [{ depthwise: 3 }]] },
      { residual: [{ conv: { filters: 6, stride: [2, 1], dilation: 2, groups: 3, bias: true } }] },
      { squeeze_excite: 1 },
      { frequency: 'flatten' },
      { pool: { kind: 'avg', size: 3, stride: 2 } },
      { pool_time: { kind: 'attention', hidden: 8 } },
      { norm: 'layer' },
    ],
    { channels: 1, bands: 9, side: 2, classes: 3 },
  );
  const rows = plan
    .table(10)
    .map(({ place, layer, output, parameters, flops }) =>
      [place, layer, output.join(' × '), parameters, flops].join(' | '),
    );
  assert.equal(rows, [
    '1.1.1 | conv 1 × 5 | 2 × 9 × 10 | 10 | 1800',
    '1.2.1 | depthwise conv 3 × 3 | 1 × 9 × 10 | 9 | 1620',
    '1 | branches joined | 3 × 9 × 10 | 0 | 0',
    '2.1 | conv 3 × 3, stride 2 × 1, dilation 2, 3 groups, bias | 6 × 5 × 10 | 60 | 5400',
    '2 | conv 1 × 1, stride 2 × 1 | 6 × 5 × 10 | 18 | 1800',
    '2 | sum with the input | 6 × 5 × 10 | 0 | 0',
    '3 | squeeze-excite, 6 units | 6 × 5 × 10 | 84 | 144',
    '4 | frequency flattened | 30 × 10 | 0 | 0',
    '5 | avg pool 1 × 3, stride 1 × 2 | 30 × 4 | 0 | 0',
    '6 | attention over time | 30 | 256 | 1984',
    '6 | with 2 side inputs | 32 | 0 | 0',
    '7 | layer norm | 32 | 64 | 0',
    'classifier | dense, one output per class | 3 | 99 | 192',
  ]);
  assert.is(
    plan.parameterCount,
    plan.table(10).reduce((sum, { parameters }) => sum + parameters, 0),
  );
});

test('parameters are named by place, block and tensor; weight decay is for more than one axis', () => {
  const { parameters, buffers } = planned(
    [
      { conv: 4 },
      { residual: [{ parallel: [[{ separable: 3 }], [{ conv: 4 }]] }, { norm: 'batch' }] },
      { squeeze_excite: 2 },
      { frequency: 'mean' },
      { pool_time: 'attention' },
    ],
    mono,
  );
  const names = (decay: boolean) =>
    parameters.filter((one) => one.decay === decay).map(({ name }) => name);
  assert.equal(names(true), [
    '1.conv.weight',
    '2.1.1.1.depthwise.weight',
    '2.1.1.1.pointwise.weight',
    '2.1.2.1.conv.weight',
    '2.shortcut.weight',
    '3.squeeze_excite.reduce.weight',
    '3.squeeze_excite.expand.weight',
    '5.pool_time.hidden.weight',
    '5.pool_time.score.weight',
    'classifier.weight',
  ]);
  assert.equal(names(false), [
    '2.2.norm.weight',
    '2.2.norm.bias',
    '3.squeeze_excite.reduce.bias',
    '3.squeeze_excite.expand.bias',
    '5.pool_time.hidden.bias',
    'classifier.bias',
  ]);
  assert.equal(
    buffers.map(({ name }) => name),
    ['2.2.norm.running_mean', '2.2.norm.running_var'],
  );
});

test.run();
