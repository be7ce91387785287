import type { OnnxAttribute, OnnxWriter } from '../onnx-writer.ts';
import type { Applied } from '../op.ts';
import { sameShape, sizeOf } from '../shape.ts';
import type { Shape } from '../value.ts';
import { blockedForm, fromBlocks, toBlocks } from './blocked.ts';

/**
 * An elementwise node. Where an operand is blocked already it works on blocks, so that what follows a
 * convolution up to the next one need not be put in another order. Operands beyond those of the op are
 * scalars.
 */
export function onBlocks(
  writer: OnnxWriter,
  type: string,
  names: readonly string[],
  { inputs, outputs }: Pick<Applied<unknown>, 'inputs' | 'outputs'>,
  attributes: Readonly<Record<string, OnnxAttribute>> = {},
): readonly string[] {
  const { shape } = outputs[0]!;
  const shapes = names.map((_, i) => inputs[i]?.shape ?? []);
  const whole = names.filter((_, i) => sameShape(shapes[i]!, shape));
  const fits = shapes.every(
    (one) => sizeOf(one) === 1 || sameShape(one, shape) || (one.length === 4 && one[1] === 1),
  );
  if (shape.length !== 4 || !fits || !whole.some((name) => blockedForm(writer, name))) {
    return writer.node(type, names, { attributes });
  }
  const { block } = writer;
  const [batch, channels, height, width] = shape as readonly [number, number, number, number];
  if (shapes.every((one) => sizeOf(one) === 1 || sameShape(one, shape))) {
    const operands = names.map((name) => (whole.includes(name) ? toBlocks(writer, name) : name));
    return fromBlocks(writer, writer.node(type, operands, { attributes })[0]!, channels);
  }
  // Rows of width · block numbers, over which what is alike in all channels repeats itself.
  const rows = writer.ints([batch, channels / block, height, width * block]);
  const operands = names.map((name, i) => {
    const one = shapes[i]!;
    if (sizeOf(one) === 1) return name;
    if (!sameShape(one, shape)) return repeated(writer, name, one);
    return writer.node('Reshape', [toBlocks(writer, name), rows])[0]!;
  });
  const [image] = writer.node(type, operands, { attributes });
  const [y] = writer.node('Reshape', [image!, writer.ints(shape)]);
  return fromBlocks(writer, y!, channels);
}

/** [n, 1, h, w] → [n, 1, h, w · block], each number `block` times in a row: an outer product with 1s. */
function repeated(writer: OnnxWriter, name: string, shape: Shape): string {
  const [batch, , height, width] = shape as readonly [number, number, number, number];
  if (width === 1) return name;
  const { block } = writer;
  const [column] = writer.node('Reshape', [name, writer.ints([batch * height * width, 1])]);
  const [ones] = writer.node('Expand', [writer.float(1), writer.ints([1, block])]);
  const [lanes] = writer.node('MatMul', [column!, ones!]);
  return writer.node('Reshape', [lanes!, writer.ints([batch, 1, height, width * block])])[0]!;
}
