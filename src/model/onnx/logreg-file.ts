import { Graph } from '../graph/graph.ts';
import type { LogregFit } from '../logreg.ts';
import type { Standardiser } from '../standardise.ts';
import { encodeFreeModel } from './encode-model.ts';

/**
 * Logistic regression on the mean over frames as one ONNX file: `features` [1, frames, columns] as they
 * are stored to `posteriors` [1, classes], in float32. Equal arguments give equal bytes.
 */
export function encodeLogregFile(
  { weights, intercepts }: Pick<LogregFit, 'weights' | 'intercepts'>,
  { mean, scale }: Standardiser,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const [columns, classes] = [mean.length, intercepts.length];
  const graph = (frames: number): Graph => {
    const g = new Graph();
    const row = (values: Float64Array, shape: readonly number[]) =>
      g.constant(Float32Array.from(values), shape);
    const means = g.mean(g.input('features', [1, frames, columns]), [1]);
    const x = g.div(g.sub(means, row(mean, [1, columns])), row(scale, [1, columns]));
    const logits = g.gemm(x, row(weights, [classes, columns]), { transposeB: true });
    g.output('posteriors', g.softmax(g.add(logits, row(intercepts, [classes])), 1));
    return g;
  };
  return encodeFreeModel(graph(10_007), graph(10_008), metadata);
}
