import type { ConvFilterAttributes } from '../attributes.ts';
import type { OnnxAttribute, OnnxWriter } from '../onnx-writer.ts';
import type { Applied } from '../op.ts';
import type { Shape } from '../value.ts';
import { blockedOptions, fromBlocks, toBlocks } from './blocked.ts';
import { fitted } from './fitted.ts';

/**
 * The gradient of filters as a convolution per sample, summed: the channels of x are its images, dy
 * is its filter bank, as large as a plane of y, and the outputs are kh × kw. Stride and dilation
 * change places. Neither x nor dy is copied kh·kw times, as a matrix product would have it. Nothing
 * where sizes do not fit, or where filters are so narrow that the kernel has little to do at once.
 */
export function blockedFilter(
  writer: OnnxWriter,
  [x, dy]: readonly string[],
  { inputs, attributes }: Applied<ConvFilterAttributes>,
): readonly string[] | undefined {
  const { block } = writer;
  const [batch, filters, height, width] = inputs[1]!.shape as readonly [
    ...[number, number, number, number],
  ];
  const { kernel, stride, dilation, groups } = attributes;
  if (block === 0 || groups > 1 || filters % block > 0 || kernel[1] === 1) return;
  const image = fitted(writer, x!, inputs[0]!.shape, { ...attributes, windows: [height, width] });
  const channels = inputs[0]!.shape[1]!;
  const images = samples(writer, image.name, [batch, channels, ...image.size]);
  const banks = samples(writer, toBlocks(writer, dy!), [batch, filters, height, width]);
  const conv: Readonly<Record<string, OnnxAttribute>> = {
    kernel_shape: { ints: [height, width] },
    strides: { ints: dilation },
    dilations: { ints: stride },
    pads: { ints: [0, 0, 0, 0] },
    group: { int: 1 },
  };
  const sum = images.reduce((before, one, i) => {
    const operands = before === '' ? [one, banks[i]!] : [one, banks[i]!, '', before];
    return writer.node('Conv', operands, { ...blockedOptions, attributes: conv })[0]!;
  }, '');
  // [C, O, kh, kw] → [O, C, kh, kw]
  return writer.node('Transpose', fromBlocks(writer, sum, filters), {
    attributes: { perm: { ints: [1, 0, 2, 3] } },
  });
}

/** [N, C, H, W] → N tensors [C, 1, H, W]. */
function samples(
  writer: OnnxWriter,
  name: string,
  [batch, channels, ...plane]: Shape,
): readonly string[] {
  const shape = writer.ints([batch! * channels!, 1, ...plane]);
  const [planes] = writer.node('Reshape', [name, shape]);
  if (batch === 1) return [planes!];
  return writer.node('Split', [planes!], {
    attributes: { axis: { int: 0 }, num_outputs: { int: batch! } },
    outputs: batch!,
  });
}
