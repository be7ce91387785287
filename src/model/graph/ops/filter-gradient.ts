import type { ConvAttributes } from '../attributes.ts';
import type { Graph } from '../graph.ts';
import type { Shape, Value } from '../value.ts';

/**
 * ∂L/∂w[o,c,a,b] = Σ_{n,i,j} dy[n,o,i,j] · x[n, c, i·s + a·d − p, j·s + b·d − p]: one matrix product
 * per group, of dy [O, N·h·w] and the kh·kw shifted copies of x [kh·kw·C, N·h·w], transposed. Channels
 * come first in both, so that all pixels of all samples form one axis.
 */
export function filterGradient(
  g: Graph,
  x: Value,
  dy: Value,
  w: Shape,
  { stride, padding, dilation, groups }: ConvAttributes,
): Value {
  const [filters, depth, rows, columns] = w as readonly [number, number, number, number];
  const [batch, , height, width] = dy.shape as readonly [number, number, number, number];
  const pixels = batch * height * width;
  const border = [0, 0, ...padding];
  const planes = g.pad(g.transpose(x, [1, 0, 2, 3]), border, border);
  const last = [(height - 1) * stride[0] + 1, (width - 1) * stride[1] + 1] as const;
  const shifted: Value[] = [];
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b < columns; b++) {
      const start = [a * dilation[0], b * dilation[1]] as const;
      const end = [start[0] + last[0], start[1] + last[1]];
      const plane = isWhole(planes, start, end, stride)
        ? planes
        : g.slice(planes, start, end, [2, 3], stride);
      shifted.push(g.reshape(plane, [groups, depth, pixels]));
    }
  }
  const taps = rows * columns;
  const patches = g.concat(shifted, 1);
  const deltas = g.transpose(dy, [1, 0, 2, 3]);
  const products =
    groups === 1
      ? g.gemm(g.reshape(deltas, [filters, pixels]), g.reshape(patches, [taps * depth, pixels]), {
          transposeB: true,
        })
      : g.matmul(
          g.reshape(deltas, [groups, filters / groups, pixels]),
          g.transpose(patches, [0, 2, 1]),
        );
  return g.transpose(g.reshape(products, [filters, rows, columns, depth]), [0, 3, 1, 2]);
}

function isWhole(
  planes: Value,
  start: readonly number[],
  end: readonly number[],
  stride: readonly number[],
): boolean {
  return [0, 1].every((i) => start[i] === 0 && end[i] === planes.shape[i + 2] && stride[i] === 1);
}
