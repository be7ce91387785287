import type { ConvAttributes } from '../attributes.ts';
import type { OnnxAttribute, OnnxWriter } from '../onnx-writer.ts';
import type { Applied } from '../op.ts';
import type { Shape } from '../value.ts';
import { blockedOptions, fromBlocks, toBlocks } from './blocked.ts';
import { reversed } from './turned-conv.ts';

type OnnxAttributes = Readonly<Record<string, OnnxAttribute>>;

/** A convolution on blocked channels, or nothing where sizes do not fit. */
export function blockedConv(
  writer: OnnxWriter,
  [x, w]: readonly string[],
  { inputs, attributes: { groups } }: Applied<ConvAttributes>,
  attributes: OnnxAttributes,
): readonly string[] | undefined {
  const { block } = writer;
  const { shape } = inputs[1]!;
  const [filters, channels] = shape as readonly [number, number];
  if (block === 0 || groups > 1 || filters % block > 0) return;
  // The kernels take few channels as they are, and only their filters blocked by output.
  const few = channels < block;
  if (!few && channels % block > 0) return;
  const bank = filterBlocks(writer, w!, shape);
  const image = few ? x! : toBlocks(writer, x!);
  const [y] = writer.node('Conv', [image, bank], { ...blockedOptions, attributes });
  return fromBlocks(writer, y!, filters);
}

/** The adjoint of a convolution of stride 1; see `turnedConv`. */
export function blockedTranspose(
  writer: OnnxWriter,
  [y, w]: readonly string[],
  { inputs, attributes: { groups } }: Applied<ConvAttributes>,
  attributes: OnnxAttributes,
): readonly string[] | undefined {
  const { block } = writer;
  const { shape } = inputs[1]!;
  const [filters, channels] = shape as readonly [number, number];
  if (block === 0 || groups > 1 || filters % block > 0 || channels % block > 0) return;
  const bank = turnedBlocks(writer, w!, shape);
  const [x] = writer.node('Conv', [toBlocks(writer, y!), bank], { ...blockedOptions, attributes });
  return fromBlocks(writer, x!, channels);
}

/**
 * [O, C, kh, kw] → [O/B, C/B, kh, kw, B of C, B of O]; C is not blocked where it is less than B. Seen
 * as an image of one row and O channels, a filter bank is blocked by what blocks images; the rest
 * moves whole vectors.
 */
function filterBlocks(writer: OnnxWriter, w: string, shape: Shape): string {
  const { block } = writer;
  const [filters, channels, ...kernel] = shape as readonly [number, number, number, number];
  const taps = kernel[0]! * kernel[1]!;
  const [flat] = writer.node('Reshape', [w, writer.ints([1, filters, channels, taps])]);
  const blocked = toBlocks(writer, flat!);
  if (channels < block) return writer.node('Reshape', [blocked, writer.ints(shape)])[0]!;
  const split = [filters / block, channels / block, block, taps, block];
  return moved(writer, blocked, { split, perm: [0, 1, 3, 2, 4], shape });
}

/** [O, C, kh, kw] → [C/B, O/B, kh, kw, B of O, B of C], turned by 180°. */
function turnedBlocks(writer: OnnxWriter, w: string, shape: Shape): string {
  const { block } = writer;
  const [filters, channels, ...kernel] = shape as readonly [number, number, number, number];
  const taps = kernel[0]! * kernel[1]!;
  const [flat] = writer.node('Reshape', [w, writer.ints([filters, channels, 1, taps])]);
  const rows = [filters * (channels / block), taps, block];
  const [vectors] = writer.node('Reshape', [toBlocks(writer, flat!), writer.ints(rows)]);
  const split = [filters / block, block, channels / block, taps, block];
  return moved(writer, reversed(writer, vectors!, [1]), {
    split,
    perm: [2, 0, 3, 1, 4],
    shape: [channels, filters, ...kernel],
  });
}

function moved(
  writer: OnnxWriter,
  name: string,
  { split, perm, shape }: { readonly split: Shape; readonly perm: Shape; readonly shape: Shape },
): string {
  const [parts] = writer.node('Reshape', [name, writer.ints(split)]);
  const [turned] = writer.node('Transpose', [parts!], { attributes: { perm: { ints: perm } } });
  return writer.node('Reshape', [turned!, writer.ints(shape)])[0]!;
}
