import type { None } from '../attributes.ts';
import type { Graph } from '../graph.ts';
import type { OnnxWriter } from '../onnx-writer.ts';
import { type Applied, flat, type Op, type Ops } from '../op.ts';
import { broadcast } from '../shape.ts';
import type { Shape, Value } from '../value.ts';
import { onBlocks } from './on-blocks.ts';
import { unstretch } from './unstretch.ts';

/** x → y of the same shape; `slope` gives dx from x, y and dy. */
function unary<A>(
  onnxType: string,
  slope: (g: Graph, at: { x: Value; y: Value; dy: Value }, attributes: A) => Value,
): Op<A> {
  return {
    shapes: ([x]) => [x!],
    gradient: (g, { inputs, outputs, attributes }, dy) => [
      () => slope(g, { x: inputs[0]!, y: outputs[0]!, dy }, attributes),
    ],
    onnx: (writer, inputs, applied) => onBlocks(writer, onnxType, inputs, applied),
  };
}

/** a, b → y, broadcast; `slopes` give da and db before the sums over stretched axes. */
function binary(
  onnxType: string,
  slopes: (
    g: Graph,
    at: { a: Value; b: Value; y: Value; dy: Value },
  ) => readonly [() => Value, () => Value],
): Op<None> {
  return {
    shapes: stretched,
    gradient: (g, { inputs, outputs }, dy) => {
      const [a, b] = [inputs[0]!, inputs[1]!];
      const [da, db] = slopes(g, { a, b, y: outputs[0]!, dy });
      return [() => unstretch(g, da(), a.shape), () => unstretch(g, db(), b.shape)];
    },
    onnx: (writer, inputs, applied) => onBlocks(writer, onnxType, inputs, applied),
  };
}

/** 0 or 1 as float32. */
function comparison(onnxType: string): Op<None> {
  return {
    shapes: stretched,
    gradient: flat,
    onnx: (writer, inputs) =>
      writer.node('Cast', writer.node(onnxType, inputs), { attributes: { to: { int: 1 } } }),
  };
}

function stretched([a, b]: readonly Shape[]): readonly Shape[] {
  return [broadcast(a!, b!)];
}

/** A second operand that is an attribute. */
const withScalar =
  <A>(onnxType: string, scalar: (attributes: A) => number) =>
  (writer: OnnxWriter, [x]: readonly string[], applied: Applied<A>): readonly string[] =>
    onBlocks(writer, onnxType, [x!, writer.float(scalar(applied.attributes))], applied);

export const elementwise: Ops<
  | ('neg' | 'exp' | 'log' | 'sqrt' | 'reciprocal' | 'relu' | 'sigmoid' | 'tanh' | 'erf')
  | ('positive' | 'clampMin' | 'pow' | 'stopGradient')
  | ('add' | 'sub' | 'mul' | 'div' | 'equal' | 'greater')
> = {
  neg: unary('Neg', (g, { dy }) => g.neg(dy)),
  exp: unary('Exp', (g, { y, dy }) => g.mul(dy, y)),
  log: unary('Log', (g, { x, dy }) => g.div(dy, x)),
  sqrt: unary('Sqrt', (g, { y, dy }) => g.div(g.mul(dy, 0.5), y)),
  reciprocal: unary('Reciprocal', (g, { y, dy }) => g.neg(g.mul(dy, g.square(y)))),
  relu: unary('Relu', (g, { y, dy }) => g.mul(dy, g.positive(y))),
  sigmoid: unary('Sigmoid', (g, { y, dy }) => g.mul(dy, g.mul(y, g.sub(1, y)))),
  tanh: unary('Tanh', (g, { y, dy }) => g.mul(dy, g.sub(1, g.square(y)))),
  erf: unary('Erf', (g, { x, dy }) =>
    g.mul(dy, g.mul(g.exp(g.neg(g.square(x))), 2 / Math.sqrt(Math.PI))),
  ),
  positive: {
    ...unary<None>('HardSigmoid', (_, { dy }) => dy),
    gradient: flat,
    // max(0, min(1, αx + β)): one pass, where a comparison and a cast are two.
    onnx: (writer, inputs, applied) =>
      onBlocks(writer, 'HardSigmoid', inputs, applied, {
        alpha: { float: 3e38 },
        beta: { float: 0 },
      }),
  },
  clampMin: {
    ...unary('Max', (g, { x, dy }, { low }) => g.mul(dy, g.greater(x, low))),
    onnx: withScalar('Max', ({ low }) => low),
  },
  pow: {
    ...unary('Pow', (g, { x, dy }, { exponent }) =>
      g.mul(dy, g.mul(g.pow(x, exponent - 1), exponent)),
    ),
    onnx: withScalar('Pow', ({ exponent }) => exponent),
  },
  stopGradient: { ...unary<None>('Identity', (_, { dy }) => dy), gradient: flat },

  add: binary('Add', (_, { dy }) => [() => dy, () => dy]),
  sub: binary('Sub', (g, { dy }) => [() => dy, () => g.neg(dy)]),
  mul: binary('Mul', (g, { a, b, dy }) => [() => g.mul(dy, b), () => g.mul(dy, a)]),
  div: binary('Div', (g, { b, y, dy }) => [
    () => g.div(dy, b),
    () => g.neg(g.div(g.mul(dy, y), b)),
  ]),
  equal: comparison('Equal'),
  greater: comparison('Greater'),
};
