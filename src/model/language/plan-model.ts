import { err, ok, type Result } from '../../engine/result.ts';
import type { ParamProblem } from '../../engine/stage.ts';
import { nearest } from '../../util/suggest.ts';
import { type Architecture, architectures } from '../architectures.ts';
import type { Block } from './block.ts';
import type { Features } from './layer.ts';
import type { ModelInput, ModelPlan } from './model-plan.ts';
import { countNumbers } from './parameter.ts';
import { outputOf, planBlocks } from './plan-blocks.ts';
import { denseWeights } from './plan-dense.ts';
import { flopsOf, tableOf } from './plan-table.ts';
import type { Draft } from './site.ts';
import { identity } from './window.ts';

/**
 * Checks a model and gives the shape of every layer. `model` is the name of an architecture, or blocks
 * that fit `blockSchema`; a classifier is added. Problems carry the path of the block in a list.
 */
export function planModel(
  model: string | readonly Block[],
  input: ModelInput,
): Result<ModelPlan, readonly ParamProblem[]> {
  if (typeof model !== 'string') return planList(model, input);
  if (Object.hasOwn(architectures, model)) {
    const plan = planList(architectures[model as Architecture], input);
    if (plan.ok) return plan;
    const hint = 'Use another architecture, or features of more bands.';
    return err(
      plan.error.map(({ message }) => ({ path: [], message: `${model}: ${message}`, hint })),
    );
  }
  const names = Object.keys(architectures);
  const near = nearest(model, names);
  const meant = near === undefined ? '' : `, nearest is "${near}"`;
  const message = `there is no architecture "${model}"${meant}`;
  return err([{ path: [], message, hint: `Architectures are ${names.join(', ')}.` }]);
}

function planList(
  blocks: readonly Block[],
  input: ModelInput,
): Result<ModelPlan, readonly ParamProblem[]> {
  const draft: Draft = { input, parameters: [], buffers: [], problems: [] };
  const { channels, bands, classes } = input;
  const start: Features = { kind: 'maps', channels, bands, time: identity };
  const body = planBlocks(draft, blocks, start, { path: [], place: '' });
  if (!body) return err(draft.problems);
  const pooled = outputOf(body, start);
  if (pooled.kind !== 'vector') return err([unpooled(blocks, pooled.kind)]);
  const place = 'classifier';
  const weights = denseWeights({ draft, path: [], place: '', block: '' }, place, {
    inputs: pooled.channels,
    outputs: classes,
  });
  const output = { kind: 'vector', channels: classes } as const;
  const layers = [...body, { kind: 'dense', place, weights, output } as const];
  const time = layers.find((layer) => layer.kind === 'pool_time')?.time ?? identity;
  const { parameters, buffers } = draft;
  return ok({
    ...{ input, layers, parameters, buffers },
    parameterCount: countNumbers(parameters),
    minimumFrames: time.width,
    flops: (frames) => flopsOf(layers, frames),
    table: (frames) => tableOf(layers, frames),
  });
}

function unpooled(blocks: readonly Block[], kind: 'maps' | 'frames'): ParamProblem {
  const missing =
    kind === 'maps' ? ['frequency: flatten', 'pool_time: statistics'] : ['pool_time: statistics'];
  return {
    path: blocks.length === 0 ? [] : [String(blocks.length - 1)],
    message: 'the model ends without pooling time, so there is no vector to classify',
    hint: `End it with ${missing.map((one) => `"- ${one}"`).join(' and ')}.`,
  };
}
