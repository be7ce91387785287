import type { PoolAttributes } from '../attributes.ts';
import type { OnnxWriter } from '../onnx-writer.ts';
import type { Applied, Ops } from '../op.ts';
import { countWindows } from '../shape.ts';
import type { Shape } from '../value.ts';
import { blockedForm, blockedOptions, fromBlocks } from './blocked.ts';
import { unpool } from './unpool.ts';

export const pooling: Ops<'maxPool' | 'maxUnpool' | 'avgPool'> = {
  maxPool: {
    shapes: ([x], attributes) => [pooled(x!, attributes)],
    gradient: (g, { inputs, outputs, attributes }, dy) => [
      () => g.apply('maxUnpool', [inputs[0]!, outputs[0]!, dy], attributes)[0]!,
    ],
    onnx: (writer, inputs, applied) => pool(writer, 'MaxPool', inputs, applied),
  },
  maxUnpool: {
    shapes: ([x]) => [x!],
    gradient: () => {
      throw new Error('a max-pool has no second derivative');
    },
    onnx: unpool,
  },
  avgPool: {
    shapes: ([x], attributes) => [pooled(x!, attributes)],
    // A mean is a convolution of every plane with a constant filter.
    gradient: (g, { inputs, attributes: { kernel, stride } }, dy) => [
      () => {
        const [batch, channels, height, width] = inputs[0]!.shape as readonly [
          ...[number, number, number, number],
        ];
        const taps = kernel[0] * kernel[1];
        const planes = g.convTranspose(
          g.reshape(dy, [batch * channels, 1, dy.shape[2]!, dy.shape[3]!]),
          g.constant(new Array<number>(taps).fill(1 / taps), [1, 1, ...kernel]),
          { stride, padding: [0, 0], dilation: [1, 1], groups: 1, size: [height, width] },
        );
        return g.reshape(planes, [batch, channels, height, width]);
      },
    ],
    onnx: (writer, inputs, applied) => pool(writer, 'AveragePool', inputs, applied),
  },
};

/** On blocks where x is blocked already. */
function pool(
  writer: OnnxWriter,
  type: 'MaxPool' | 'AveragePool',
  [x]: readonly string[],
  { inputs, attributes: { kernel, stride } }: Applied<PoolAttributes>,
): readonly string[] {
  const image = blockedForm(writer, x!);
  const attributes = { kernel_shape: { ints: kernel }, strides: { ints: stride } };
  if (image === undefined) return writer.node(type, [x!], { attributes });
  const [y] = writer.node(type, [image], { ...blockedOptions, attributes });
  return fromBlocks(writer, y!, inputs[0]!.shape[1]!);
}

function pooled(x: Shape, { kernel, stride }: PoolAttributes): Shape {
  if (x.length !== 4) throw new Error(`pooling of [${x}], which is not batch × channels × 2 axes`);
  const windows = [0, 1].map((i) =>
    countWindows(x[i + 2]!, kernel[i]!, { stride: stride[i]!, padding: 0 }),
  );
  return [x[0]!, x[1]!, ...windows];
}
