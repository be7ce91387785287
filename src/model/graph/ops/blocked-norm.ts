import type { Attributes } from '../attributes.ts';
import type { OnnxAttribute, OnnxWriter } from '../onnx-writer.ts';
import type { Applied } from '../op.ts';
import type { Shape } from '../value.ts';
import { blockedForm, blockedOptions, fromBlocks, toBlocks } from './blocked.ts';

/**
 * What a batch norm and its gradient are made of, on blocked channels, as convolutions with one filter
 * per channel: of 1 × 1 pixels for a x + c, of the size of the image for Σ x z. They add what is
 * already there, so each goes over its tensors once.
 */

/** a x + c, where x is blocked. */
export function blockedAffine(
  writer: OnnxWriter,
  [x, a, c]: readonly string[],
  { inputs }: Applied<unknown>,
): readonly string[] | undefined {
  const image = blockedForm(writer, x!);
  const { shape } = inputs[0]!;
  if (image === undefined || shape.length !== 4) return;
  return fromBlocks(writer, scaled(writer, [image, a!, c!], shape), shape[1]!);
}

/** a x + b z + c, where x or z is blocked. */
export function blockedBlend(
  writer: OnnxWriter,
  [x, z, a, b, c]: readonly string[],
  { inputs }: Applied<unknown>,
): readonly string[] | undefined {
  const { shape } = inputs[0]!;
  if (!eitherBlocked(writer, x!, z!, shape)) return;
  const part = scaled(writer, [toBlocks(writer, z!), b!, c!], shape);
  const whole = scaled(writer, [toBlocks(writer, x!), a!, '', part], shape);
  return fromBlocks(writer, whole, shape[1]!);
}

/** Σ x z per channel, where x or z is blocked. */
export function blockedDot(
  writer: OnnxWriter,
  [x, z]: readonly string[],
  { inputs }: Applied<unknown>,
): readonly string[] | undefined {
  const { shape } = inputs[0]!;
  if (!eitherBlocked(writer, x!, z!, shape)) return;
  return [dot(writer, toBlocks(writer, x!), toBlocks(writer, z!), shape)];
}

/** y, mean and variance, where x is blocked. */
export function blockedBatchNorm(
  writer: OnnxWriter,
  [x, scale, shift]: readonly string[],
  { inputs, attributes: { epsilon } }: Applied<Attributes['batchNorm']>,
): readonly string[] | undefined {
  const image = blockedForm(writer, x!);
  const { shape } = inputs[0]!;
  if (image === undefined || shape.length !== 4) return;
  const [batch, channels, height, width] = shape as readonly [number, number, number, number];
  const one = (type: string, ...names: readonly string[]): string => writer.node(type, names)[0]!;
  const pixels = writer.float(1 / (batch * height * width));
  const mean = one('Mul', blockedSum(writer, image, shape), pixels);
  const ones = one('Expand', writer.float(1), writer.ints([channels]));
  const centred = scaled(writer, [image, ones, one('Neg', mean)], shape);
  const variance = one('Mul', dot(writer, centred, centred, shape), pixels);
  const root = one('Sqrt', one('Add', variance, writer.float(epsilon)));
  const y = scaled(writer, [centred, one('Div', scale!, root), shift!], shape);
  return [...fromBlocks(writer, y, channels), mean, variance];
}

/** Σ per channel of a blocked image. */
export function blockedSum(writer: OnnxWriter, image: string, shape: Shape): string {
  const { block } = writer;
  const [batch, channels, height, width] = shape as readonly [number, number, number, number];
  const groups = [batch * (channels / block), height * width, block];
  const [vectors] = writer.node('Reshape', [image, writer.ints(groups)]);
  return overBatch(writer, summed(writer, vectors!, 1), batch, channels);
}

function eitherBlocked(writer: OnnxWriter, x: string, z: string, shape: Shape): boolean {
  return shape.length === 4 && [x, z].some((name) => blockedForm(writer, name) !== undefined);
}

/** Inputs: image, scale [C], shift [C] or '', and an image to add to. */
function scaled(
  writer: OnnxWriter,
  [image, scale, ...rest]: readonly string[],
  shape: Shape,
): string {
  const channels = shape[1]!;
  const [filters] = writer.node('Reshape', [scale!, writer.ints([channels, 1, 1, 1])]);
  return perChannel(writer, [image!, filters!, ...rest], channels, [1, 1]);
}

function dot(writer: OnnxWriter, x: string, z: string, shape: Shape): string {
  const [batch, channels, height, width] = shape as readonly [number, number, number, number];
  const planes = batch * channels;
  const [image] = writer.node('Reshape', [x, writer.ints([1, planes, height, width])]);
  const [filters] = writer.node('Reshape', [z, writer.ints([planes, 1, height, width])]);
  const sums = perChannel(writer, [image!, filters!], planes, [height, width]);
  return overBatch(writer, sums, batch, channels);
}

function perChannel(
  writer: OnnxWriter,
  inputs: readonly string[],
  channels: number,
  kernel: readonly [number, number],
): string {
  const attributes: Readonly<Record<string, OnnxAttribute>> = {
    kernel_shape: { ints: kernel },
    strides: { ints: [1, 1] },
    dilations: { ints: [1, 1] },
    pads: { ints: [0, 0, 0, 0] },
    group: { int: channels },
  };
  return writer.node('Conv', inputs, { ...blockedOptions, attributes })[0]!;
}

/** N · C numbers → C sums. */
function overBatch(writer: OnnxWriter, name: string, batch: number, channels: number): string {
  const [rows] = writer.node('Reshape', [name, writer.ints([batch, channels])]);
  return summed(writer, rows!, 0);
}

function summed(writer: OnnxWriter, name: string, axis: number): string {
  return writer.node('ReduceSum', [name, writer.ints([axis])], {
    attributes: { keepdims: { int: 0 } },
  })[0]!;
}
