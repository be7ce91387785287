import type { None } from '../attributes.ts';
import type { Op, Ops } from '../op.ts';
import { broadcast } from '../shape.ts';
import type { Shape } from '../value.ts';

const same = ([x]: readonly Shape[]): readonly Shape[] => [x!];
const stretched = ([a, b]: readonly Shape[]): readonly Shape[] => [broadcast(a!, b!)];

const unary: Op<unknown> = { shapes: same };
const binary: Op<None> = { shapes: stretched };

export const elementwise: Ops<
  | 'neg'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'reciprocal'
  | 'relu'
  | 'sigmoid'
  | 'tanh'
  | 'erf'
  | 'sign'
  | 'clampMin'
  | 'pow'
  | 'stopGradient'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'equal'
  | 'greater'
> = {
  neg: unary,
  exp: unary,
  log: unary,
  sqrt: unary,
  reciprocal: unary,
  relu: unary,
  sigmoid: unary,
  tanh: unary,
  erf: unary,
  sign: unary,
  clampMin: unary,
  pow: unary,
  stopGradient: unary,
  add: binary,
  sub: binary,
  mul: binary,
  div: binary,
  equal: binary,
  greater: binary,
};
