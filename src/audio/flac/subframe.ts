import type { BitReader } from './bit-reader.ts';

/** Samples of one channel of a frame. Numbers of more than 24 bits are computed as doubles. */
export type Block = Int32Array | Float64Array;

/** Coefficients of the fixed predictors of order 0 to 4, nearest sample first. */
const fixed: readonly (readonly number[])[] = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]];

/** Reads one channel of a frame into `block`. Returns what is wrong with it. */
export function readSubframe(reader: BitReader, block: Block, bits: number): string | undefined {
  if (reader.unsigned(1) !== 0) return 'a subframe does not begin with 0';
  const type = reader.unsigned(6);
  const wasted = reader.unsigned(1) === 0 ? 0 : reader.unary() + 1;
  const width = bits - wasted;
  if (width < 1) return 'a subframe wastes all of its bits';
  const problem = readKind(reader, type, block, width);
  if (problem !== undefined) return problem;
  if (wasted > 0) {
    const scale = 2 ** wasted;
    for (let i = 0; i < block.length; i++) block[i] = block[i]! * scale;
  }
  return undefined;
}

function readKind(
  reader: BitReader,
  type: number,
  block: Block,
  width: number,
): string | undefined {
  if (type === 0) {
    block.fill(reader.signed(width));
    return undefined;
  }
  if (type === 1) {
    for (let i = 0; i < block.length; i++) block[i] = reader.signed(width);
    return undefined;
  }
  const coefficients = fixed[type - 8];
  if (coefficients !== undefined) return readPredicted(reader, block, width, coefficients, 0);
  if (type < 32) return `a subframe has the reserved type ${type}`;
  return readPredicted(reader, block, width, undefined, (type & 31) + 1);
}

/** Warm-up samples, for a linear predictor its coefficients, and what is left after prediction. */
function readPredicted(
  reader: BitReader,
  block: Block,
  width: number,
  given: readonly number[] | undefined,
  linearOrder: number,
): string | undefined {
  const order = given?.length ?? linearOrder;
  if (order > block.length) return 'a predictor is longer than its frame';
  for (let i = 0; i < order; i++) block[i] = reader.signed(width);
  let coefficients = given;
  let shift = 0;
  let precision = 4;
  if (coefficients === undefined) {
    precision = reader.unsigned(4) + 1;
    shift = reader.signed(5);
    if (precision === 16 || shift < 0) return 'a predictor has a reserved precision or shift';
    coefficients = Array.from({ length: order }, () => reader.signed(precision));
  }
  const problem = readResidual(reader, block, order);
  if (problem !== undefined) return problem;
  const small = width + precision + Math.ceil(Math.log2(order + 1)) <= 32;
  if (block instanceof Int32Array && small) predictInteger(block, coefficients, shift);
  else predict(block, coefficients, shift);
  return undefined;
}

/** Differences from the prediction, Rice coded in 2^order partitions. */
function readResidual(reader: BitReader, block: Block, order: number): string | undefined {
  const method = reader.unsigned(2);
  if (method > 1) return 'a residual has a reserved coding';
  const parameterBits = method === 0 ? 4 : 5;
  const raw = 2 ** parameterBits - 1;
  const partitions = 2 ** reader.unsigned(4);
  const size = block.length / partitions;
  if (!Number.isInteger(size) || size < order) return 'a residual has impossible partitions';
  for (let part = 0; part < partitions; part++) {
    const from = part === 0 ? order : part * size;
    const to = (part + 1) * size;
    const parameter = reader.unsigned(parameterBits);
    if (parameter < raw) reader.rice(parameter, block, from, to);
    else {
      const width = reader.unsigned(5);
      for (let i = from; i < to; i++) block[i] = reader.signed(width);
    }
    if (reader.overrun) return undefined;
  }
  return undefined;
}

/** x[i] += ⌊Σ c[j] x[i − 1 − j] / 2^shift⌋ where the sum fits into 32 bits. */
function predictInteger(block: Int32Array, coefficients: readonly number[], shift: number): void {
  const order = coefficients.length;
  const taps = Int32Array.from(coefficients);
  for (let i = order; i < block.length; i++) {
    let sum = 0;
    for (let j = 0; j < order; j++) sum = (sum + Math.imul(taps[j]!, block[i - 1 - j]!)) | 0;
    block[i] = block[i]! + (sum >> shift);
  }
}

/** The same in doubles, which hold 15 bits × 33 bits × 32 taps exactly. */
function predict(block: Block, coefficients: readonly number[], shift: number): void {
  const order = coefficients.length;
  const divisor = 2 ** shift;
  for (let i = order; i < block.length; i++) {
    let sum = 0;
    for (let j = 0; j < order; j++) sum += coefficients[j]! * block[i - 1 - j]!;
    block[i] = block[i]! + Math.floor(sum / divisor);
  }
}
