import { binary } from './binary.ts';

/**
 * The functions of kernels/, where each is described. Those with addresses work in the kernels' own memory
 * (see memory.ts).
 */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  ln(x: number): number;
  exp(x: number): number;
  raise(x: number, y: number): number;
  wave(k: number, n: number, quarter: number): number;
  transform(plan: number, a: number, b: number): number;
  realPowers(plan: number, turns: number, half: number, a: number, b: number, out: number): void;
  realSpectra(plan: number, turns: number, half: number, a: number, b: number, out: number): void;
  melFrames(
    signal: number,
    hop: number,
    frames: number,
    window: number,
    plan: number,
    turns: number,
    half: number,
    exponent: number,
    bank: number,
    bands: number,
    a: number,
    b: number,
    powers: number,
    out: number,
  ): void;
  logarithms(values: number, count: number, amin: number, factor: number, scale: number): void;
  polyphase(
    rows: number,
    taps: number,
    count: number,
    whole: number,
    part: number,
    phase: number,
    inOrder: boolean,
    input: number,
    out: number,
    length: number,
  ): void;
  decimate: ChangeRate;
  interpolate: ChangeRate;
}

type ChangeRate = (
  input: number,
  step: number,
  long: number,
  short: number,
  size: number,
  response: number,
  a: number,
  b: number,
  skip: number,
  out: number,
) => void;

let instance: Kernels | undefined;

/** One instance serves the whole process: every call uses its memory from start to end. */
export function kernels(): Kernels {
  if (instance === undefined) {
    const module = new WebAssembly.Module(Buffer.from(binary, 'base64'));
    instance = new WebAssembly.Instance(module).exports as Kernels;
  }
  return instance;
}
