import { isFftSize, nearestFftSize } from './fft-size.ts';
import { kernels } from './wasm/kernels.ts';
import { createTable, doubles, layOut, type Table } from './wasm/memory.ts';
import { createPlan, turns } from './wasm/plan.ts';

/** Transform of real frames of one size, in double precision. A second frame costs next to nothing. */
export interface RealFft {
  /** Frame length N: even, without a prime factor above 5. */
  readonly size: number;
  /** N / 2 + 1: frequencies 0 … Nyquist. */
  readonly bins: number;
  /** X(k) = Σ x(n) e^(−2πi kn/N), k = 0 … N/2, into `out` as re, im, re, im … (2 × bins values). */
  spectrum(
    frame: Float64Array,
    out: Float64Array,
    frame2?: Float64Array,
    out2?: Float64Array,
  ): void;
  /** |X(k)|² into `out` (bins values). */
  power(frame: Float64Array, out: Float64Array, frame2?: Float64Array, out2?: Float64Array): void;
}

/** What the kernels need for real frames of one size. */
export interface RealTables {
  /** Complex transform of half the size. */
  readonly plan: Table;
  /** e^(−2πik/N), k = 0 … N/4. */
  readonly turns: Table;
}

const known = new Map<number, RealTables>();

/** Tables for frames of `size` samples; the same object for the same size. */
export function realTables(size: number): RealTables {
  let tables = known.get(size);
  if (tables === undefined) {
    if (!isFftSize(size)) {
      throw new RangeError(
        `FFT size ${size} is odd, below 4 or has a prime factor above 5; ${nearestFftSize(size)} is near`,
      );
    }
    tables = {
      plan: createPlan(size / 2),
      turns: createTable(turns(size, Math.floor(size / 4) + 1)),
    };
    known.set(size, tables);
  }
  return tables;
}

export function createRealFft(size: number): RealFft {
  const tables = realTables(size);
  const half = size / 2;
  const bytes = 16 * size;
  /** Transforms both frames, each in its lane, with `kernel`. Returns the result, lane by lane. */
  const run = (
    kernel: 'realPowers' | 'realSpectra',
    first: Float64Array,
    second: Float64Array | undefined,
  ): Float64Array => {
    const at = layOut([tables.plan, tables.turns], [bytes, bytes, bytes + 32]);
    const [plan, circle] = at.tables as [number, number];
    const [a, b, out] = at.areas as [number, number, number];
    const lanes = doubles(a, 2 * size);
    for (let i = 0; i < size; i++) {
      lanes[2 * i] = 0.5 * first[i]!;
      lanes[2 * i + 1] = second === undefined ? 0 : 0.5 * second[i]!;
    }
    kernels()[kernel](plan, circle, half, a, b, out);
    return doubles(out, 2 * size + 4);
  };
  const take = (lanes: Float64Array, lane: number, count: number, out: Float64Array): void => {
    for (let i = 0; i < count; i++) out[i] = lanes[2 * i + lane]!;
  };
  return {
    size,
    bins: half + 1,
    spectrum(frame, out, frame2, out2) {
      const lanes = run('realSpectra', frame, frame2);
      take(lanes, 0, size + 2, out);
      if (out2 !== undefined) take(lanes, 1, size + 2, out2);
    },
    power(frame, out, frame2, out2) {
      const lanes = run('realPowers', frame, frame2);
      take(lanes, 0, half + 1, out);
      if (out2 !== undefined) take(lanes, 1, half + 1, out2);
    },
  };
}
