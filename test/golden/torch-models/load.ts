import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What PyTorch says about one net; `make.py` defines every field. */
export interface Recorded {
  readonly channels: number;
  readonly bands: number;
  readonly side: number;
  readonly frames: number;
  readonly lengths: readonly number[];
  readonly seed: number;
  readonly flops: number;
  readonly alone: readonly (readonly number[])[];
  readonly train: readonly (readonly number[])[];
  readonly gradients: readonly number[];
  readonly buffers: readonly number[];
}

interface Line extends Recorded {
  readonly name: string;
  /** Of architectures: for 5 and for 7 classes. */
  readonly parameters?: readonly number[];
}

const lines = readFileSync(join(import.meta.dirname, 'golden.ndjson'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Line);

/** By name of the net. */
export const golden: Readonly<Record<string, Line>> = Object.fromEntries(
  lines.map((line) => [line.name, line]),
);

/** Of every net. */
export const classes = 4;

/** The generator of `make.py`: uniform in [0, 1), 24 bits each. */
export function createDraws(seed: number): {
  uniform(count: number): Float64Array;
  signed(count: number): Float64Array;
} {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
  const uniform = (count: number): Float64Array => Float64Array.from({ length: count }, next);
  return { uniform, signed: (count) => uniform(count).map((u) => u * 2 - 1) };
}
