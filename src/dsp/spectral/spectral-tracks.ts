import { createStft, type StftOptions } from '../stft.ts';

/** One number of a frame, from its magnitudes |X(k)|, k = 0 … n_fft / 2, and their frequencies in Hz. */
export type SpectralMeasure = (magnitude: Float64Array, hz: Float64Array) => number;

export interface SpectralOptions extends StftOptions {
  /** Hz. */
  readonly sampleRate: number;
}

/** Frequencies of the bins in Hz, rounded as numpy.fft.rfftfreq rounds them. */
export function binFrequencies({ sampleRate, nFft }: SpectralOptions): Float64Array {
  const step = 1 / (nFft * (1 / sampleRate));
  return Float64Array.from({ length: nFft / 2 + 1 }, (_, k) => k * step);
}

/** Calls `visit` with the magnitudes of each frame, in a buffer that is overwritten by the next. */
export function eachSpectrum(
  signal: Float32Array,
  options: SpectralOptions,
  visit: (t: number, magnitude: Float64Array) => void,
): void {
  createStft(options).power(signal, (t, power) => {
    for (let k = 0; k < power.length; k++) power[k] = Math.sqrt(power[k]!);
    visit(t, power);
  });
}

/** Several measures of every frame of a signal, over one transform: a value per frame of each. */
export function spectralTracks<Name extends string>(
  signal: Float32Array,
  options: SpectralOptions,
  measures: Readonly<Record<Name, SpectralMeasure>>,
): Readonly<Record<Name, Float32Array>> {
  const hz = binFrequencies(options);
  const names = Object.keys(measures) as Name[];
  const frames = createStft(options).countFrames(signal.length);
  const tracks = Object.fromEntries(
    names.map((name) => [name, new Float32Array(frames)]),
  ) as Record<Name, Float32Array>;
  eachSpectrum(signal, options, (t, magnitude) => {
    for (const name of names) tracks[name][t] = measures[name](magnitude, hz);
  });
  return tracks;
}
