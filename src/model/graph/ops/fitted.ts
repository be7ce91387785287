import type { ConvFilterAttributes, Pair } from '../attributes.ts';
import type { OnnxWriter } from '../onnx-writer.ts';
import type { Shape } from '../value.ts';

/**
 * x with its padding written out, and cut behind the last row and column that a window reaches: every
 * filter element then sees `windows` pixels, `stride` apart, and nothing is left over.
 */
export function fitted(
  writer: OnnxWriter,
  x: string,
  shape: Shape,
  { padding, stride, dilation, kernel, windows }: ConvFilterAttributes & { readonly windows: Pair },
): { readonly name: string; readonly size: Pair } {
  const reach = (i: 0 | 1): number =>
    (windows[i] - 1) * stride[i] + (kernel[i] - 1) * dilation[i] + 1;
  const size = [reach(0), reach(1)] as const;
  const after = ([0, 1] as const).map((i) => size[i] - padding[i] - shape[i + 2]!);
  if ([...padding, ...after].every((count) => count === 0)) return { name: x, size };
  // A negative pad cuts.
  const pads = writer.ints([0, 0, ...padding, 0, 0, ...after]);
  return { name: writer.node('Pad', [x, pads])[0]!, size };
}
