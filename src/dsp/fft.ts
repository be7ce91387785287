import { isFftSize, nearestFftSize } from './fft-size.ts';
import { kernels } from './wasm/kernels.ts';
import { createTable, doubles, layOut, type Table } from './wasm/memory.ts';
import { createPlan, turns } from './wasm/plan.ts';

/** Transform of real frames of one size, in double precision. */
export interface RealFft {
  /** Frame length N: even, without a prime factor above 5. */
  readonly size: number;
  /** N / 2 + 1: frequencies 0 … Nyquist. */
  readonly bins: number;
  /** X(k) = Σ x(n) e^(−2πi kn/N), k = 0 … N/2, into `out` as re, im, re, im … (2 × bins values). */
  spectrum(frame: Float64Array, out: Float64Array): void;
  /** |X(k)|² into `out` (bins values). */
  power(frame: Float64Array, out: Float64Array): void;
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

/** One frame at a time. The kernel takes two at once: src/dsp/log-mel.ts gives them to it itself. */
export function createRealFft(size: number): RealFft {
  const tables = realTables(size);
  const half = size / 2;
  const bytes = 16 * size;
  /** Places the halved frame in the first lane and zeros in the second. */
  const prepare = (frame: Float64Array): readonly [number, number, number, number, number] => {
    const { tables: at, areas } = layOut([tables.plan, tables.turns], [bytes, bytes, bytes + 32]);
    const view = doubles(areas[0]!, 2 * size);
    for (let i = 0; i < size; i++) {
      view[2 * i] = 0.5 * frame[i]!;
      view[2 * i + 1] = 0;
    }
    return [at[0]!, at[1]!, areas[0]!, areas[1]!, areas[2]!];
  };
  return {
    size,
    bins: half + 1,
    spectrum(frame, out) {
      const [plan, table, a, b, to] = prepare(frame);
      kernels().realSpectra(plan, table, half, a, b, to);
      const view = doubles(to, 4 * half + 4);
      for (let i = 0; i < 2 * half + 2; i++) out[i] = view[2 * i]!;
    },
    power(frame, out) {
      const [plan, table, a, b, to] = prepare(frame);
      kernels().realPowers(plan, table, half, a, b, to);
      const view = doubles(to, 2 * half + 2);
      for (let k = 0; k <= half; k++) out[k] = view[2 * k]!;
    },
  };
}
