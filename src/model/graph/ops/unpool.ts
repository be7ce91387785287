import type { PoolAttributes } from '../attributes.ts';
import type { OnnxNodeOptions, OnnxWriter } from '../onnx-writer.ts';
import type { Applied } from '../op.ts';
import { blockedForm, blockedOptions, fromBlocks, toBlocks } from './blocked.ts';

/**
 * dx = m · up(dy / n), where up repeats every y over its window, m = 1 where x = up(y) and n counts
 * those per window. On whole tensors, without indices: ONNX Runtime's pool with indices takes twice
 * as long as all of this.
 */
export function unpool(
  writer: OnnxWriter,
  [x, y, dy]: readonly string[],
  applied: Applied<PoolAttributes>,
): readonly string[] {
  const { kernel, stride } = applied.attributes;
  if (kernel.some((size, i) => size !== stride[i]))
    return unpoolTaps(writer, [x!, y!, dy!], applied);
  const [, channels, ...plane] = applied.inputs[0]!.shape as readonly [
    number,
    number,
    number,
    number,
  ];
  const rest = plane.map((size, i) => size % kernel[i]!);
  const tiled = rest.every((count) => count === 0);
  const blocked = tiled && blockedForm(writer, x!) !== undefined;
  if (blocked) {
    const [bx, by, bdy] = [x!, y!, dy!].map((name) => toBlocks(writer, name));
    const up = (name: string): string =>
      writer.node('Upsample', [name], {
        ...blockedOptions,
        attributes: { scales: { ints: [1, 1, ...kernel] } },
      })[0]!;
    const dx = shares(writer, [bx!, by!, bdy!], { kernel, up, pool: blockedOptions });
    return fromBlocks(writer, dx, channels);
  }
  const up = (name: string): string =>
    writer.node('Resize', [name, '', writer.floats([1, 1, ...kernel])], {
      attributes: {
        mode: { string: 'nearest' },
        nearest_mode: { string: 'floor' },
        coordinate_transformation_mode: { string: 'asymmetric' },
      },
    })[0]!;
  if (tiled) return [shares(writer, [x!, y!, dy!], { kernel, up, pool: {} })];
  const pads = (sign: number): string =>
    writer.ints([0, 0, 0, 0, 0, 0, ...rest.map((count) => sign * count)]);
  const [inside] = writer.node('Pad', [x!, pads(-1)]);
  return writer.node('Pad', [
    shares(writer, [inside!, y!, dy!], { kernel, up, pool: {} }),
    pads(1),
  ]);
}

function shares(
  writer: OnnxWriter,
  [x, y, dy]: readonly [string, string, string],
  {
    kernel,
    up,
    pool,
  }: {
    readonly kernel: readonly number[];
    readonly up: (name: string) => string;
    readonly pool: OnnxNodeOptions;
  },
): string {
  const one = (type: string, ...names: readonly string[]): string => writer.node(type, names)[0]!;
  const largest = asFloat(writer, one('Equal', x, up(y)));
  const attributes = { kernel_shape: { ints: kernel }, strides: { ints: kernel } };
  const [part] = writer.node('AveragePool', [largest], { ...pool, attributes });
  const count = one('Mul', part!, writer.float(kernel.reduce((a, b) => a * b, 1)));
  return one('Mul', largest, up(one('Div', dy, count)));
}

/**
 * The same where windows overlap or leave gaps: a convolution with one filter per place in the window
 * picks what each window sees there, and its adjoint puts the shares back.
 */
function unpoolTaps(
  writer: OnnxWriter,
  [x, y, dy]: readonly [string, string, string],
  { inputs, attributes: { kernel, stride } }: Applied<PoolAttributes>,
): readonly string[] {
  const one = (type: string, ...names: readonly string[]): string => writer.node(type, names)[0]!;
  const [batch, channels, ...plane] = inputs[0]!.shape as readonly [number, number, number, number];
  const windows = inputs[1]!.shape.slice(2);
  const planes = (name: string, size: readonly number[]): string =>
    one('Reshape', name, writer.ints([batch * channels, 1, ...size]));
  const taps = kernel[0] * kernel[1];
  const places = one(
    'Reshape',
    one('EyeLike', one('Expand', writer.float(1), writer.ints([taps, taps]))),
    writer.ints([taps, 1, ...kernel]),
  );
  const strides = { strides: { ints: stride } };
  const [seen] = writer.node('Conv', [planes(x, plane), places], { attributes: strides });
  const largest = asFloat(writer, one('Equal', seen!, planes(y, windows)));
  const count = one('ReduceSum', largest, writer.ints([1]));
  const share = one('Mul', largest, one('Div', planes(dy, windows), count));
  // Rows behind the last window.
  const rest = plane.map((size, i) => size - (windows[i]! - 1) * stride[i]! - kernel[i]!);
  const [back] = writer.node('ConvTranspose', [share, places], { attributes: strides });
  const [whole] = writer.node('Pad', [back!, writer.ints([0, 0, 0, 0, 0, 0, ...rest])]);
  return writer.node('Reshape', [whole!, writer.ints(inputs[0]!.shape)]);
}

function asFloat(writer: OnnxWriter, condition: string): string {
  return writer.node('Cast', [condition], { attributes: { to: { int: 1 } } })[0]!;
}
