import type { Ops } from '../op.ts';
import { countWindows } from '../shape.ts';

export const convolution: Ops<'conv' | 'convTranspose'> = {
  conv: {
    shapes: ([x, w], { stride, padding, dilation, groups }) => {
      if (x!.length !== 4 || w!.length !== 4) throw new Error(`a convolution of [${x}] by [${w}]`);
      const [batch, channels, height, width] = x as [number, number, number, number];
      const [filters, depth, ...kernel] = w as [number, number, number, number];
      if (channels !== depth * groups || filters % groups !== 0) {
        throw new Error(`[${x}] and filters [${w}] do not fit in ${groups} groups`);
      }
      const windows = [height, width].map((size, i) =>
        countWindows(size, kernel[i]!, {
          stride: stride[i]!,
          padding: padding[i]!,
          dilation: dilation[i]!,
        }),
      );
      return [[batch, filters, ...windows]];
    },
  },
  convTranspose: {
    shapes: ([y, w], { size, groups }) => [[y![0]!, w![1]! * groups, ...size]],
  },
};
