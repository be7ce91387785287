import type { ConvAttributes } from '../attributes.ts';
import type { OnnxAttribute } from '../onnx-writer.ts';
import type { Ops } from '../op.ts';
import { countWindows } from '../shape.ts';
import type { Shape } from '../value.ts';
import { blockedConv, blockedTranspose } from './blocked-conv.ts';
import { blockedFilter } from './blocked-filter.ts';
import { filterProduct } from './filter-product.ts';
import { turnedConv } from './turned-conv.ts';

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
        () => g.convTranspose(dy, w, { ...attributes, size: plane(x.shape) }),
        () => g.convFilter(x, dy, { ...attributes, kernel: plane(w.shape) }),
      ];
    },
    onnx: (writer, inputs, applied) => {
      const attributes = onnxConv(applied.attributes, plane(applied.inputs[1]!.shape));
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
    onnx: (writer, inputs, applied) => {
      const { size, stride, padding, dilation } = applied.attributes;
      const [y, w] = [applied.inputs[0]!.shape, applied.inputs[1]!.shape];
      const kernel = plane(w);
      const full = kernel.map((taps, i) => dilation[i]! * (taps - 1) - padding[i]!);
      if (stride.every((step) => step === 1) && full.every((count) => count >= 0)) {
        const turned = { ...applied.attributes, padding: [full[0]!, full[1]!] as const };
        const attributes = onnxConv(turned, kernel);
        return (
          blockedTranspose(writer, inputs, applied, attributes) ??
          turnedConv(writer, inputs, applied, attributes)
        );
      }
      // Rows of x behind the last window, which no y reaches.
      const rest = size.map((rows, i) => {
        const reached = stride[i]! * (y[i + 2]! - 1) + dilation[i]! * (kernel[i]! - 1) + 1;
        return rows + 2 * padding[i]! - reached;
      });
      return writer.node('ConvTranspose', inputs, {
        attributes: { ...onnxConv(applied.attributes, kernel), output_padding: { ints: rest } },
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

/** Height and width. */
function plane(shape: Shape): readonly [number, number] {
  return [shape[2]!, shape[3]!];
}

function onnxConv(
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
