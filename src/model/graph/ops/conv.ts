import type { ConvAttributes } from '../attributes.ts';
import type { Graph } from '../graph.ts';
import type { OnnxAttribute } from '../onnx-writer.ts';
import type { Ops } from '../op.ts';
import { countWindows } from '../shape.ts';
import type { Shape, Value } from '../value.ts';
import { filterGradient } from './filter-gradient.ts';

type Shape4 = readonly [number, number, number, number];

export const convolution: Ops<'conv' | 'convTranspose'> = {
  conv: {
    shapes: ([x, w], { stride, padding, dilation, groups }) => {
      if (x!.length !== 4 || w!.length !== 4) throw new Error(`a convolution of [${x}] by [${w}]`);
      const [batch, channels, height, width] = x as Shape4;
      const [filters, depth, ...kernel] = w as Shape4;
      if (channels !== depth * groups || filters % groups !== 0) {
        throw new Error(`[${x}] and filters [${w}] do not fit in ${groups} groups`);
      }
      const windows = [height, width].map((size, i) =>
        countWindows(size, kernel[i]!, {
          stride: stride[i]!,
          padding: padding[i]!,
          dilation: dilation[i]!,
        }),
      );
      return [[batch, filters, ...windows]];
    },
    gradient: (g, { inputs, attributes }, dy) => {
      const [x, w] = [inputs[0]!, inputs[1]!];
      return [
        () => inputGradient(g, dy, w, x.shape, attributes),
        () => filterGradient(g, x, dy, w.shape, attributes),
      ];
    },
    onnx: (writer, inputs, applied) =>
      writer.node('Conv', inputs, { attributes: onnxAttributes(applied.inputs[1]!, applied) }),
  },
  convTranspose: {
    shapes: ([y, w], { size, groups }) => [[y![0]!, w![1]! * groups, ...size]],
    gradient: (g, { inputs, attributes }, dx) => {
      const [y, w] = [inputs[0]!, inputs[1]!];
      const { size: _, ...conv } = attributes;
      return [() => g.conv(dx, w, conv), () => filterGradient(g, dx, y, w.shape, conv)];
    },
    onnx: (writer, inputs, applied) => {
      const [y, w] = [applied.inputs[0]!, applied.inputs[1]!];
      const { size, stride, padding, dilation } = applied.attributes;
      // Rows of x behind the last window, which no y reaches.
      const rest = size.map(
        (full, i) =>
          full +
          2 * padding[i]! -
          dilation[i]! * (w.shape[i + 2]! - 1) -
          1 -
          stride[i]! * (y.shape[i + 2]! - 1),
      );
      return writer.node('ConvTranspose', inputs, {
        attributes: { ...onnxAttributes(w, applied), output_padding: { ints: rest } },
      });
    },
  },
};

/**
 * ∂L/∂x. For stride 1 the correlation of dy with the filters turned by 180° and their two channel
 * axes exchanged, which runs on the fast path of forward convolutions.
 */
function inputGradient(g: Graph, dy: Value, w: Value, x: Shape, attributes: ConvAttributes): Value {
  const { stride, padding, dilation, groups } = attributes;
  const full = [0, 1].map((i) => dilation[i]! * (w.shape[i + 2]! - 1) - padding[i]!);
  if (stride.some((step) => step > 1) || full.some((count) => count < 0)) {
    return g.convTranspose(dy, w, { ...attributes, size: [x[2]!, x[3]!] });
  }
  const [filters, depth, ...kernel] = w.shape as Shape4;
  const grouped = g.reshape(w, [groups, filters / groups, depth, ...kernel]);
  const exchanged = g.reshape(g.transpose(grouped, [0, 2, 1, 3, 4]), [
    groups * depth,
    filters / groups,
    ...kernel,
  ]);
  return g.conv(dy, g.reverse(exchanged, [2, 3]), {
    padding: [full[0]!, full[1]!],
    dilation,
    groups,
  });
}

function onnxAttributes(
  w: Value,
  { attributes: { stride, padding, dilation, groups } }: { readonly attributes: ConvAttributes },
): Readonly<Record<string, OnnxAttribute>> {
  return {
    kernel_shape: { ints: w.shape.slice(2) },
    strides: { ints: stride },
    pads: { ints: [...padding, ...padding] },
    dilations: { ints: dilation },
    group: { int: groups },
  };
}
