import type { ConvTransposeAttributes } from '../attributes.ts';
import type { OnnxAttribute, OnnxWriter } from '../onnx-writer.ts';
import type { Applied } from '../op.ts';

/**
 * The adjoint of a convolution of stride 1 as a convolution with the filters turned by 180° and their
 * two channel axes exchanged: forward convolutions are the faster kernels.
 */
export function turnedConv(
  writer: OnnxWriter,
  [y, w]: readonly string[],
  { inputs, attributes: { groups } }: Applied<ConvTransposeAttributes>,
  attributes: Readonly<Record<string, OnnxAttribute>>,
): readonly string[] {
  const [filters, depth, ...kernel] = inputs[1]!.shape as readonly [number, number, number, number];
  const each = filters / groups;
  const [grouped] = writer.node('Reshape', [w!, writer.ints([groups, each, depth, ...kernel])]);
  const [exchanged] = writer.node('Transpose', [grouped!], {
    attributes: { perm: { ints: [0, 2, 1, 3, 4] } },
  });
  const [flat] = writer.node('Reshape', [
    exchanged!,
    writer.ints([groups * depth, each, ...kernel]),
  ]);
  return writer.node('Conv', [y!, reversed(writer, flat!, [2, 3])], { attributes });
}

/** x[::-1] along `axes`. */
export function reversed(writer: OnnxWriter, x: string, axes: readonly number[]): string {
  const down = axes.map(() => -1);
  // Beyond the first element lies any number below −size.
  const end = axes.map(() => Number.MIN_SAFE_INTEGER);
  const bounds = [writer.ints(down), writer.ints(end), writer.ints(axes), writer.ints(down)];
  return writer.node('Slice', [x, ...bounds])[0]!;
}
