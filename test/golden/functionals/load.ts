import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Matrix } from '../../../src/dsp/log-mel.ts';

/** A made-up sound, or a clip of EmoDB by file name. */
export interface Row {
  readonly sound?: string;
  readonly clip?: string;
  readonly numbers: readonly number[];
  readonly logF0?: readonly number[];
  readonly strength?: readonly number[];
  readonly voiced?: string;
}

export const golden = readFileSync(join(import.meta.dirname, 'golden.ndjson'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Row);

const lengths: Readonly<Record<string, readonly [samples: number, frames: number]>> = {
  voice: [9000, 70],
  noise: [4000, 31],
  silence: [3000, 5],
  short: [100, 1],
};

/** make.py's sound at 8 kHz and the log-mel that goes with it. */
export function madeUp(kind: string): { readonly signal: Float32Array; readonly mel: Matrix } {
  const [length, frames] = lengths[kind] ?? [0, 0];
  let state = 11;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
  const signal = Float32Array.from({ length }, (_, n) => {
    const noise = next() - 0.5;
    const phase = 2 * Math.PI * ((150 * n) / 8000 + 40 * (n / 8000) ** 2);
    let buzz = 0;
    for (let h = 1; h < 8; h++) buzz += Math.sin(h * phase) / h;
    if (kind === 'voice')
      return 0.3 * (Math.floor(n / 2500) % 2 === 0 ? 1 : 0) * buzz + 0.02 * noise;
    return kind === 'noise' ? noise : kind === 'silence' ? 0 : buzz;
  });
  const bands = 64;
  const data = Float32Array.from({ length: frames * bands }, (_, i) => {
    const [t, band] = [Math.floor(i / bands), i % bands];
    const value = next() * 8 - 5 + 3 * Math.sin(0.7 * t) - 0.06 * band;
    const level = kind === 'silence' ? -60 : value;
    return t % 9 === 0 && band >= 30 ? level - 30 : level;
  });
  return { signal, mel: { data, frames, bands } };
}
