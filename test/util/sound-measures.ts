import { createRealFft } from '../../src/dsp/fft.ts';

/** 10 log10 of the power of a over that of a − b; −∞ where the lengths differ. */
export function likeness(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.NEGATIVE_INFINITY;
  let power = 0;
  let off = 0;
  for (const [i, value] of a.entries()) {
    power += value * value;
    off += (value - b[i]!) ** 2;
  }
  return 10 * Math.log10(power / off);
}

/** Mean power density between two frequencies, by the periodogram of the whole signal. */
export function bandPower(
  signal: Float32Array,
  sampleRate: number,
  low: number,
  high: number,
): number {
  const size = 2 ** Math.floor(Math.log2(signal.length));
  const power = new Float64Array(size / 2 + 1);
  createRealFft(size).power(Float64Array.from(signal.subarray(0, size)), power);
  let sum = 0;
  let count = 0;
  for (let k = 0; k <= size / 2; k++) {
    const frequency = (k * sampleRate) / size;
    if (frequency < low || frequency >= high) continue;
    sum += power[k]!;
    count++;
  }
  return sum / count;
}

/**
 * How long an impulse response takes to fall by 60 dB: a line through its Schroeder integral (the energy
 * still to come, in dB) between −5 and −25 dB, extended. ISO 3382's T20.
 */
export function reverberationTime(response: Float32Array, sampleRate: number): number {
  const left = new Float64Array(response.length + 1);
  for (let i = response.length - 1; i >= 0; i--) left[i] = left[i + 1]! + response[i]! ** 2;
  const points: [number, number][] = [];
  for (const [i, value] of left.entries()) {
    const decibels = 10 * Math.log10(value / left[0]!);
    if (decibels <= -5 && decibels >= -25) points.push([i / sampleRate, decibels]);
  }
  const mean = (at: 0 | 1): number => points.reduce((sum, p) => sum + p[at], 0) / points.length;
  const [t, d] = [mean(0), mean(1)];
  const slope =
    points.reduce((sum, p) => sum + (p[0] - t) * (p[1] - d), 0) /
    points.reduce((sum, p) => sum + (p[0] - t) ** 2, 0);
  return -60 / slope;
}
