import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SampleDraw } from '../../../src/model/feed/draw.ts';

/** What make.py wrote, by name. */
export interface Golden {
  readonly levels: Readonly<
    Record<string, { readonly mean: readonly number[]; readonly deviation: readonly number[] }>
  >;
  readonly draws: readonly Omit<SampleDraw, 'bend' | 'table'>[];
  readonly mask: readonly string[];
  readonly bands: Readonly<Record<string, readonly number[]>>;
  readonly enrolment: {
    readonly estimates: readonly (readonly [number, readonly number[], readonly number[]])[];
    readonly average: readonly [readonly number[], readonly number[]];
    readonly whole: readonly [readonly number[], readonly number[]];
    readonly trainingSide: readonly number[];
    readonly enrolledSide: readonly number[];
  };
}

const lines = readFileSync(join(import.meta.dirname, 'golden.ndjson'), 'utf8')
  .trimEnd()
  .split('\n');

export const golden = Object.fromEntries(
  lines.map((line) => {
    const { name, value } = JSON.parse(line) as { readonly name: string; readonly value: unknown };
    return [name, value];
  }),
) as unknown as Golden;

/** An array that make.py stored. */
export function stored(name: string): Float32Array {
  return new Float32Array(
    new Uint8Array(readFileSync(join(import.meta.dirname, `${name}.f32`))).buffer,
  );
}

/** make.py's generator: uniform in [0, 1), 24 bits each. */
function uniforms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

export const bands = 64;
export const lengths = [150, 60, 97, 20, 2] as const;
export const cropFrames = 32;

/** make.py's clips, frames × bands, in nepers of power. */
export function clips(): readonly Float32Array[] {
  const next = uniforms(1);
  return lengths.map((frames, n) => {
    const x = Float32Array.from({ length: frames * bands }, (_, i) => {
      const [t, band] = [Math.floor(i / bands), i % bands];
      const value = next() * 6 - 0.05 * band + 4 * Math.sin(0.2 * t + n) - 3 * n;
      if (band === 63) return -4;
      return t % 7 === 0 && band >= 40 ? value - 25 : value;
    });
    return x;
  });
}

/** make.py's table of sample n. */
export function tableOf(n: number): { mean: Float64Array; deviation: Float64Array } {
  const next = uniforms(50 + n);
  const mean = Float64Array.from({ length: bands }, () => next() - 0.5);
  const deviation = Float64Array.from({ length: bands }, () => 0.5 + next());
  return { mean, deviation };
}

/** make.py's speakers of the enrolment part: clips of 12 frames × 16 rows. */
export function speakers(): readonly (readonly Float32Array[])[] {
  const rows = 16;
  const next = uniforms(99);
  return Array.from({ length: 6 }, () => {
    let sum = 0;
    const offset = Array.from({ length: rows }, () => {
      sum += next() - 0.5;
      return sum * 0.6;
    });
    const spread = Array.from({ length: rows }, () => 0.6 + next());
    return Array.from({ length: 8 }, () => {
      const own = Array.from({ length: 12 * rows }, () => (next() - 0.5) * 3);
      const shared = Array.from({ length: rows }, () => next());
      return Float32Array.from(own, (value, i) => {
        const row = i % rows;
        return offset[row]! + spread[row]! * (value + shared[row]! - 0.5);
      });
    });
  });
}

/** Largest |ours − theirs|; infinite where the lengths differ or something is not a number. */
export function worst(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < ours.length; i++) {
    const off = Math.abs(ours[i]! - theirs[i]!);
    if (!(off <= most)) most = Number.isNaN(off) ? Number.POSITIVE_INFINITY : off;
  }
  return most;
}
