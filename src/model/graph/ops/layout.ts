import type { Ops } from '../op.ts';
import { broadcast, sameShape, sizeOf, stretchedAxes } from '../shape.ts';

export const layout: Ops<'transpose' | 'reshape' | 'expand' | 'concat' | 'slice' | 'pad'> = {
  transpose: {
    shapes: ([x], { perm }) => {
      const sorted = [...perm].sort((a, b) => a - b);
      if (perm.length !== x!.length || sorted.some((axis, i) => axis !== i)) {
        throw new Error(`[${perm}] is no order of the axes of [${x}]`);
      }
      return [perm.map((axis) => x![axis]!)];
    },
    gradient: (g, { attributes: { perm } }, dy) => [
      () =>
        g.transpose(
          dy,
          [...perm.keys()].map((axis) => perm.indexOf(axis)),
        ),
    ],
    onnx: (writer, inputs, { attributes: { perm } }) =>
      writer.node('Transpose', inputs, { attributes: { perm: { ints: perm } } }),
  },
  reshape: {
    shapes: ([x], { shape }) => {
      if (sizeOf(shape) !== sizeOf(x!)) throw new Error(`[${x}] cannot become [${shape}]`);
      return [shape];
    },
    gradient: (g, { inputs }, dy) => [() => g.reshape(dy, inputs[0]!.shape)],
    onnx: (writer, [x], { attributes: { shape } }) =>
      writer.node('Reshape', [x!, writer.ints(shape)]),
  },
  expand: {
    shapes: ([x], { shape }) => {
      if (!sameShape(broadcast(x!, shape), shape)) {
        throw new Error(`[${x}] does not stretch to [${shape}]`);
      }
      return [shape];
    },
    gradient: (g, { inputs }, dy) => {
      const { shape } = inputs[0]!;
      return [() => g.reshape(g.sum(dy, stretchedAxes(shape, dy.shape)), shape)];
    },
    onnx: (writer, [x], { attributes: { shape } }) =>
      writer.node('Expand', [x!, writer.ints(shape)]),
  },
  concat: {
    shapes: (inputs, { axis }) => {
      const [first] = inputs;
      const fits = (shape: readonly number[]): boolean =>
        shape.length === first!.length &&
        shape.every((size, i) => i === axis || size === first![i]);
      if (!inputs.every(fits))
        throw new Error(`[${inputs.join('], [')}] differ beside axis ${axis}`);
      const total = inputs.reduce((sum, shape) => sum + shape[axis]!, 0);
      return [first!.map((size, i) => (i === axis ? total : size))];
    },
    gradient: (g, { inputs, attributes: { axis } }, dy) => {
      let end = 0;
      return inputs.map(({ shape }) => {
        const start = end;
        end += shape[axis]!;
        const stop = end;
        return () => g.slice(dy, [start], [stop], [axis]);
      });
    },
    onnx: (writer, inputs, { attributes: { axis } }) =>
      writer.node('Concat', inputs, { attributes: { axis: { int: axis } } }),
  },
  slice: {
    shapes: ([x], { axes, starts, ends, steps }) => {
      const shape = [...x!];
      for (const [i, axis] of axes.entries()) {
        const count = Math.ceil((ends[i]! - starts[i]!) / steps[i]!);
        if (count < 1) throw new Error(`an empty slice of axis ${axis} of [${x}]`);
        shape[axis] = count;
      }
      return [shape];
    },
    gradient: (g, { inputs, attributes: { axes, starts, steps } }, dy) => [
      () => {
        const { shape } = inputs[0]!;
        const down = axes.filter((_, i) => steps[i]! < 0);
        // A walk down is a walk up of what was reversed.
        const first = shape.map((_, axis) => {
          const i = axes.indexOf(axis);
          if (i < 0) return 0;
          return steps[i]! > 0 ? starts[i]! : starts[i]! + steps[i]! * (dy.shape[axis]! - 1);
        });
        const spread = shape.map((_, axis) => Math.abs(steps[axes.indexOf(axis)] ?? 1));
        const placed = g.spread(g.reverse(dy, down), spread);
        const after = shape.map((size, axis) => size - first[axis]! - placed.shape[axis]!);
        return g.pad(placed, first, after);
      },
    ],
    onnx: (writer, [x], { attributes: { axes, starts, ends, steps } }) =>
      writer.node('Slice', [
        x!,
        writer.ints(starts),
        // ONNX counts −1 from the end; before the first element is any number below −size.
        writer.ints(ends.map((end) => (end < 0 ? Number.MIN_SAFE_INTEGER : end))),
        writer.ints(axes),
        ...(steps.every((step) => step === 1) ? [] : [writer.ints(steps)]),
      ]),
  },
  pad: {
    shapes: ([x], { before, after }) => [x!.map((size, i) => before[i]! + size + after[i]!)],
    gradient: (g, { inputs, attributes: { before } }, dy) => [
      () =>
        g.slice(
          dy,
          before,
          inputs[0]!.shape.map((size, i) => before[i]! + size),
        ),
    ],
    onnx: (writer, [x], { attributes: { before, after } }) =>
      writer.node('Pad', [x!, writer.ints([...before, ...after])]),
  },
};
