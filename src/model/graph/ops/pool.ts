import type { PoolAttributes } from '../attributes.ts';
import type { OnnxAttribute } from '../onnx-writer.ts';
import type { Ops } from '../op.ts';
import { countWindows, sizeOf } from '../shape.ts';
import type { Shape } from '../value.ts';

export const pooling: Ops<'maxPool' | 'maxUnpool' | 'avgPool'> = {
  maxPool: {
    shapes: ([x], attributes) => {
      const shape = pooled(x!, attributes);
      return [shape, shape];
    },
    gradient: (g, { inputs, outputs, attributes }, dy) => [
      () => {
        const [, , height, width] = inputs[0]!.shape;
        const size = [height!, width!] as const;
        return g.apply('maxUnpool', [dy, outputs[1]!], { ...attributes, size })[0]!;
      },
    ],
    onnx: (writer, inputs, { attributes }) =>
      writer.node('MaxPool', inputs, { attributes: onnxAttributes(attributes), outputs: 2 }),
  },
  maxUnpool: {
    shapes: ([y], { size }) => [[y![0]!, y![1]!, ...size]],
    gradient: () => {
      throw new Error('a max-pool has no second derivative');
    },
    onnx: (writer, [y, indices], { inputs, outputs, attributes }) => {
      const { shape } = outputs[0]!;
      const { kernel, stride } = attributes;
      if (kernel.every((size, i) => size <= stride[i]!)) {
        return writer.node('MaxUnpool', [y!, indices!, writer.ints(shape)], {
          attributes: onnxAttributes(attributes),
        });
      }
      // Windows that overlap may share a maximum: their gradients add up.
      const flat = (name: string): string =>
        writer.node('Reshape', [name, writer.ints([sizeOf(inputs[0]!.shape)])])[0]!;
      const zeros = writer.node('Expand', [writer.float(0), writer.ints([sizeOf(shape)])])[0]!;
      const sums = writer.node('ScatterElements', [zeros, flat(indices!), flat(y!)], {
        attributes: { axis: { int: 0 }, reduction: { string: 'add' } },
      })[0]!;
      return writer.node('Reshape', [sums, writer.ints(shape)]);
    },
  },
  avgPool: {
    shapes: ([x], attributes) => [pooled(x!, attributes)],
    // A mean is a convolution of every plane with a constant filter.
    gradient: (g, { inputs, attributes: { kernel, stride, padding } }, dy) => [
      () => {
        const [batch, channels, height, width] = inputs[0]!.shape as [
          number,
          number,
          number,
          number,
        ];
        const taps = kernel[0] * kernel[1];
        const planes = g.convTranspose(
          g.reshape(dy, [batch * channels, 1, dy.shape[2]!, dy.shape[3]!]),
          g.constant(new Array<number>(taps).fill(1 / taps), [1, 1, ...kernel]),
          { stride, padding, dilation: [1, 1], groups: 1, size: [height, width] },
        );
        return g.reshape(planes, [batch, channels, height, width]);
      },
    ],
    onnx: (writer, inputs, { attributes }) =>
      writer.node('AveragePool', inputs, {
        attributes: { ...onnxAttributes(attributes), count_include_pad: { int: 1 } },
      }),
  },
};

function pooled(x: Shape, { kernel, stride, padding }: PoolAttributes): Shape {
  if (x.length !== 4) throw new Error(`pooling of [${x}], which is not batch × channels × 2 axes`);
  const windows = [0, 1].map((i) =>
    countWindows(x[i + 2]!, kernel[i]!, { stride: stride[i]!, padding: padding[i]! }),
  );
  return [x[0]!, x[1]!, ...windows];
}

function onnxAttributes({
  kernel,
  stride,
  padding,
}: PoolAttributes): Readonly<Record<string, OnnxAttribute>> {
  return {
    kernel_shape: { ints: kernel },
    strides: { ints: stride },
    pads: { ints: [...padding, ...padding] },
  };
}
