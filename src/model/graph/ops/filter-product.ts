import type { ConvFilterAttributes } from '../attributes.ts';
import type { OnnxWriter } from '../onnx-writer.ts';
import type { Applied } from '../op.ts';
import { fitted } from './fitted.ts';

/**
 * The gradient of filters as one matrix product per group, of the kh·kw shifted copies of x
 * [kh·kw·C/G, N·h·w] and dy [O/G, N·h·w] transposed. Channels come first in both, so that all pixels
 * of all samples form one axis.
 */
export function filterProduct(
  writer: OnnxWriter,
  [x, dy]: readonly string[],
  { inputs, outputs, attributes }: Applied<ConvFilterAttributes>,
): readonly string[] {
  const { kernel, stride, dilation, groups } = attributes;
  const [filters, depth] = outputs[0]!.shape as readonly [number, number, number, number];
  const [batch, , height, width] = inputs[1]!.shape as readonly [number, number, number, number];
  const pixels = batch * height * width;
  const one = (type: string, names: readonly string[]): string => writer.node(type, names)[0]!;
  const turn = (name: string, ...perm: readonly number[]): string =>
    writer.node('Transpose', [name], { attributes: { perm: { ints: perm } } })[0]!;
  const shape = (name: string, ...sizes: readonly number[]): string =>
    one('Reshape', [name, writer.ints(sizes)]);

  const windows = [height, width] as const;
  const image = fitted(writer, x!, inputs[0]!.shape, { ...attributes, windows });
  const planes = turn(image.name, 1, 0, 2, 3);
  const shifted: string[] = [];
  for (let a = 0; a < kernel[0]; a++) {
    for (let b = 0; b < kernel[1]; b++) {
      const start = [a * dilation[0], b * dilation[1]];
      const end = start.map((at, i) => at + (windows[i]! - 1) * stride[i]! + 1);
      const rows = [writer.ints(start), writer.ints(end), writer.ints([2, 3]), writer.ints(stride)];
      shifted.push(shape(one('Slice', [planes, ...rows]), groups, depth, pixels));
    }
  }
  const pointwise = kernel[0] * kernel[1] === 1 && stride.every((step) => step === 1);
  const [patches] = pointwise
    ? [planes]
    : writer.node('Concat', shifted, { attributes: { axis: { int: 1 } } });
  const taps = kernel[0] * kernel[1] * depth;
  const deltas = turn(dy!, 1, 0, 2, 3);
  if (groups === 1) {
    const factors = [shape(patches!, taps, pixels), shape(deltas, filters, pixels)];
    const [product] = writer.node('Gemm', factors, { attributes: { transB: { int: 1 } } });
    return [turn(shape(product!, ...kernel, depth, filters), 3, 2, 0, 1)];
  }
  const across = turn(shape(deltas, groups, filters / groups, pixels), 0, 2, 1);
  const products = shape(
    one('MatMul', [patches!, across]),
    groups,
    ...kernel,
    depth,
    filters / groups,
  );
  return [shape(turn(products, 0, 4, 3, 1, 2), filters, depth, ...kernel)];
}
