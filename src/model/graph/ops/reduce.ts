import type { ReduceAttributes } from '../attributes.ts';
import type { Graph } from '../graph.ts';
import type { Op, Ops } from '../op.ts';
import { reducedShape, sizeOf } from '../shape.ts';
import type { Value } from '../value.ts';
import { blockedForm } from './blocked.ts';
import { blockedSum } from './blocked-norm.ts';

function reduction(
  onnxType: string,
  slope: (g: Graph, at: { x: Value; y: Value; dy: Value; axes: readonly number[] }) => Value,
): Op<ReduceAttributes> {
  return {
    shapes: ([x], { axes, keepDims }) => [reducedShape(x!, axes, keepDims)],
    gradient: (g, { inputs, outputs, attributes: { axes } }, dy) => {
      const x = inputs[0]!;
      const kept = reducedShape(x.shape, axes, true);
      const y = g.reshape(outputs[0]!, kept);
      return [() => g.expand(slope(g, { x, y, dy: g.reshape(dy, kept), axes }), x.shape)];
    },
    onnx: (writer, [x], { attributes: { axes, keepDims } }) =>
      writer.node(onnxType, [x!, writer.ints(axes)], {
        attributes: { keepdims: { int: Number(keepDims) } },
      }),
  };
}

/** An op along one axis that keeps the shape. */
function along(
  onnxType: string,
  slope: (g: Graph, at: { y: Value; dy: Value; axis: number }) => Value,
): Op<{ readonly axis: number }> {
  return {
    shapes: ([x]) => [x!],
    gradient: (g, { outputs, attributes: { axis } }, dy) => [
      () => slope(g, { y: outputs[0]!, dy, axis }),
    ],
    onnx: (writer, inputs, { attributes: { axis } }) =>
      writer.node(onnxType, inputs, { attributes: { axis: { int: axis } } }),
  };
}

const sum = reduction('ReduceSum', (_, { dy }) => dy);

export const reduce: Ops<'sum' | 'mean' | 'max' | 'softmax' | 'logSoftmax'> = {
  sum: {
    ...sum,
    onnx: (writer, inputs, applied) => {
      const { axes, keepDims } = applied.attributes;
      const image = blockedForm(writer, inputs[0]!);
      if (image === undefined || keepDims || axes.join() !== '0,2,3') {
        return sum.onnx(writer, inputs, applied);
      }
      return [blockedSum(writer, image, applied.inputs[0]!.shape)];
    },
  },
  mean: reduction('ReduceMean', (g, { x, y, dy }) => g.mul(dy, sizeOf(y.shape) / sizeOf(x.shape))),
  max: reduction('ReduceMax', (g, { x, y, dy, axes }) => {
    const largest = g.equal(x, y);
    return g.mul(largest, g.div(dy, g.sum(largest, axes, true)));
  }),
  softmax: along('Softmax', (g, { y, dy, axis }) =>
    g.mul(y, g.sub(dy, g.sum(g.mul(dy, y), [axis], true))),
  ),
  logSoftmax: along('LogSoftmax', (g, { y, dy, axis }) =>
    g.sub(dy, g.mul(g.exp(y), g.sum(dy, [axis], true))),
  ),
};
