import type { Shape } from './value.ts';

/** Number of elements. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Row-major distance between neighbours along each axis. */
export function stridesOf(shape: Shape): readonly number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * shape[i + 1]!;
  return strides;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** numpy's rule: axes are aligned at the end; 1 stretches. Throws where two sizes disagree. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new Error(`[${a}] and [${b}] do not broadcast`);
    return x === 1 ? y : x;
  });
}

/** The axes of `to` along which `from` was stretched to become `to`. */
export function stretchedAxes(from: Shape, to: Shape): readonly number[] {
  const missing = to.length - from.length;
  return to.flatMap((size, i) => (i < missing || (from[i - missing] === 1 && size > 1) ? [i] : []));
}

/** Axes counted from the end made positive, ascending, without repeats. */
export function normaliseAxes(axes: readonly number[], rank: number): readonly number[] {
  const positive = axes.map((axis) => normaliseAxis(axis, rank));
  return [...new Set(positive)].sort((a, b) => a - b);
}

export function normaliseAxis(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (positive < 0 || positive >= rank) throw new Error(`no axis ${axis} among ${rank}`);
  return positive;
}

/** `shape` without `axes`, or with 1 in their place. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  if (keepDims) return shape.map((size, i) => (axes.includes(i) ? 1 : size));
  return shape.filter((_, i) => !axes.includes(i));
}

/** How many windows of `kernel` (spread by `dilation`) fit, `stride` apart. Throws if none does. */
export function countWindows(
  size: number,
  kernel: number,
  options: { stride: number; padding: number; dilation?: number },
): number {
  const extent = (options.dilation ?? 1) * (kernel - 1) + 1;
  const count = Math.floor((size + 2 * options.padding - extent) / options.stride) + 1;
  if (count < 1) throw new Error(`a window of ${extent} does not fit into ${size}`);
  return count;
}
