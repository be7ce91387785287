import type { RowTable } from '../../dsp/augment/crop.ts';
import type { Level } from '../feed/preparation.ts';
import { sideLimit } from '../feed/side.ts';
import { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import type { ModelPlan } from '../language/model-plan.ts';
import { foldNorms } from '../lower/fold-norms.ts';
import { lowerModel } from '../lower/lower-model.ts';
import type { Standardiser } from '../standardise.ts';
import type { Weights } from '../train/checkpoint.ts';
import { constantsOf } from './constants.ts';
import { encodeFreeModel } from './encode-model.ts';

/** How a trained model is fed. */
export interface ModelFileOptions {
  /** As of `PreparationOptions`. */
  readonly floor: number | null;
  readonly level: Level;
  readonly normaliser?: RowTable;
  /** Of numbers per clip, where the model takes some. */
  readonly standardiser?: Standardiser;
  /** Given where speakers are enrolled; with numbers per clip, the deviation of each within speakers. */
  readonly speaker?: { readonly within?: Float64Array; readonly limit: number };
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * A trained model as one ONNX file that takes features as they are stored:
 *
 *     features     [1, frames, channels × bands]   as many frames as there are
 *     functionals  [1, numbers]                    where the model takes numbers per clip
 *     speaker_mean, speaker_deviation [channels × bands], speaker_functionals [numbers]
 *                                                  where speakers are enrolled: of prepared features, and the
 *                                                  estimated mean of the speaker's standardised numbers
 *     posteriors   [1, classes]
 *
 * Floor, level, normaliser and speaker are applied inside, in float32; norms behind convolutions are
 * folded into them. Standard operators of opset 18 only. Equal arguments give equal bytes.
 */
export function encodeModelFile(
  plan: ModelPlan,
  weights: Weights,
  options: ModelFileOptions,
): Uint8Array {
  const { layers, weights: folded } = foldNorms(plan.layers, weights);
  const time = layers.find((layer) => layer.kind === 'pool_time')?.time;
  if (time === undefined) throw new Error('a model without pooling over time');
  const graph = (frames: number): Graph => {
    const g = new Graph();
    const { x, mask } = prepared(g, plan, options, frames);
    const { logits } = lowerModel(
      g,
      { layers },
      {
        ...{ x, mask, ...sideOf(g, plan, options), training: false },
        parameter: constantsOf(g, folded.parameters),
        buffer: constantsOf(g, folded.buffers),
        noise: () => {
          throw new Error('a model that predicts asked for noise');
        },
      },
    );
    g.output('posteriors', g.softmax(logits, 1));
    return g;
  };
  // Lengths that no other size of a model is likely to have; between them every layer gains whole steps.
  const frames = 10_007 + time.width;
  return encodeFreeModel(graph(frames), graph(frames + 64 * time.step), options.metadata);
}

/** x [1, channels, bands, frames + m] and its mask, m frames of padding that make short clips long enough. */
function prepared(
  g: Graph,
  { input: { channels, bands }, minimumFrames }: ModelPlan,
  { floor, level, normaliser, speaker }: ModelFileOptions,
  frames: number,
): { readonly x: Value; readonly mask: Value } {
  const rows = channels * bands;
  const features = g.input('features', [1, frames, rows]);
  const byRow = (values: Value): Value => g.reshape(values, [1, channels, bands, 1]);
  const constant = (values: Float64Array, of: (value: number) => number): Value =>
    byRow(g.constant(Float32Array.from(values, of), [rows]));

  let x = g.transpose(g.reshape(features, [1, frames, channels, bands]), [0, 2, 3, 1]);
  if (floor !== null) x = floored(g, x, floor);
  // What float32 lost of a mean is left in the second one.
  for (let pass = 0; level !== 'none' && pass < 2; pass++) {
    x = g.sub(x, g.mean(x, level === 'band' ? [3] : [2, 3], true));
  }
  if (normaliser !== undefined) {
    x = g.sub(
      x,
      constant(normaliser.mean, (mean) => mean),
    );
    x = g.mul(
      x,
      constant(normaliser.deviation, (deviation) => 1 / deviation),
    );
  }
  if (speaker !== undefined) {
    x = g.sub(x, byRow(g.input('speaker_mean', [rows])));
    x = g.div(x, byRow(g.input('speaker_deviation', [rows])));
  }
  const after = minimumFrames - 1;
  // No shape is known before the model runs, so the ones of the mask are made from numbers.
  const ones = g.add(g.mul(g.max(features, [2]), 0), 1);
  return {
    x: g.pad(x, [0, 0, 0, 0], [0, 0, 0, after]),
    mask: g.pad(ones, [0, 0], [0, after]),
  };
}

/** The first channel raised to `floor` below its loudest: max(x, l) = relu(x − l) + l. */
function floored(g: Graph, x: Value, floor: number): Value {
  const channels = x.shape[1]!;
  const first = g.slice(x, [0], [1], [1]);
  const least = g.sub(g.max(first, [1, 2, 3], true), floor);
  const raised = g.add(g.relu(g.sub(first, least)), least);
  return channels === 1 ? raised : g.concat([raised, g.slice(x, [1], [channels], [1])], 1);
}

/** Numbers per clip: standardised, held within ± 3, then relative to the speaker. */
function sideOf(
  g: Graph,
  { input: { side: size } }: ModelPlan,
  { standardiser, speaker }: ModelFileOptions,
): { readonly side?: Value } {
  if (size === 0 || standardiser === undefined) return {};
  const row = (values: Float64Array): Value => g.constant(Float32Array.from(values), [1, size]);
  const given = g.input('functionals', [1, size]);
  const { mean, scale } = standardiser;
  const side = within(g, g.div(g.sub(given, row(mean)), row(scale)), sideLimit);
  if (speaker?.within === undefined) return { side };
  const own = g.reshape(g.input('speaker_functionals', [size]), [1, size]);
  return { side: within(g, g.div(g.sub(side, own), row(speaker.within)), speaker.limit) };
}

/** Held within ± limit. */
function within(g: Graph, x: Value, limit: number): Value {
  return g.neg(g.clampMin(g.neg(g.clampMin(x, -limit)), -limit));
}
