import type { ConvAttributes } from '../attributes.ts';
import type { Graph } from '../graph.ts';
import type { OnnxAttribute } from '../onnx-writer.ts';
import type { Ops } from '../op.ts';
import { countWindows } from '../shape.ts';
import type { Shape, Value } from '../value.ts';
import { blockedConv, blockedFilter } from './blocked.ts';
import { filterProduct } from './filter-product.ts';

type Shape4 = readonly [number, number, number, number];

/** Three bilinear maps, each the adjoint of the other two. */
export const convolution: Ops<'conv' | 'convTranspose' | 'convFilter'> = {
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
        () => g.convFilter(x, dy, { ...attributes, kernel: plane(w.shape) }),
      ];
    },
    onnx: (writer, inputs, applied) => {
      const attributes = onnxAttributes(applied.attributes, plane(applied.inputs[1]!.shape));
      return (
        blockedConv(writer, inputs, applied, attributes) ??
        writer.node('Conv', inputs, { attributes })
      );
    },
  },
  convTranspose: {
    shapes: ([y, w], { size, groups }) => [[y![0]!, w![1]! * groups, ...size]],
    gradient: (g, { inputs, attributes }, dx) => {
      const [y, w] = [inputs[0]!, inputs[1]!];
      const { size: _, ...conv } = attributes;
      return [
        () => g.conv(dx, w, conv),
        () => g.convFilter(dx, y, { ...conv, kernel: plane(w.shape) }),
      ];
    },
    onnx: (writer, inputs, { inputs: [y, w], attributes }) => {
      const { size, stride, padding, dilation } = attributes;
      const kernel = plane(w!.shape);
      // Rows of x behind the last window, which no y reaches.
      const rest = size.map((full, i) => {
        const reached = stride[i]! * (y!.shape[i + 2]! - 1) + dilation[i]! * (kernel[i]! - 1) + 1;
        return full + 2 * padding[i]! - reached;
      });
      return writer.node('ConvTranspose', inputs, {
        attributes: { ...onnxAttributes(attributes, kernel), output_padding: { ints: rest } },
      });
    },
  },
  convFilter: {
    shapes: ([x, dy], { kernel, groups }) => [[dy![1]!, x![1]! / groups, ...kernel]],
    gradient: (g, { inputs, attributes }, dw) => {
      const [x, dy] = [inputs[0]!, inputs[1]!];
      const { kernel: _, ...conv } = attributes;
      return [
        () => g.convTranspose(dy, dw, { ...conv, size: plane(x.shape) }),
        () => g.conv(x, dw, conv),
      ];
    },
    onnx: (writer, inputs, applied) =>
      blockedFilter(writer, inputs, applied) ?? filterProduct(writer, inputs, applied),
  },
};

/**
 * ∂L/∂x. For stride 1 the correlation of dy with the filters turned by 180° and their two channel
 * axes exchanged, which runs on the fast path of forward convolutions.
 */
function inputGradient(g: Graph, dy: Value, w: Value, x: Shape, attributes: ConvAttributes): Value {
  const { stride, padding, dilation, groups } = attributes;
  const [filters, depth, ...kernel] = w.shape as Shape4;
  const full = [0, 1].map((i) => dilation[i]! * (kernel[i]! - 1) - padding[i]!);
  if (stride.some((step) => step > 1) || full.some((count) => count < 0)) {
    return g.convTranspose(dy, w, { ...attributes, size: plane(x) });
  }
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

/** Height and width. */
function plane(shape: Shape): readonly [number, number] {
  return [shape[2]!, shape[3]!];
}

function onnxAttributes(
  { stride, padding, dilation, groups }: ConvAttributes,
  kernel: readonly number[],
): Readonly<Record<string, OnnxAttribute>> {
  return {
    kernel_shape: { ints: kernel },
    strides: { ints: stride },
    pads: { ints: [...padding, ...padding] },
    dilations: { ints: dilation },
    group: { int: groups },
  };
}
