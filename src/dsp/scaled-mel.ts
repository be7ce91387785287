import { powerToDb } from './decibel.ts';
import { createLogMel, type LogMel, type LogMelOptions, trimRange } from './log-mel.ts';
import { type PcenOptions, pcen } from './pcen.ts';

export interface ScaledMelOptions extends Omit<LogMelOptions, 'scale'> {
  /** What is made of the bands; `pcen` instead of a logarithm. */
  readonly scale: LogMelOptions['scale'] | 'pcen';
  /** With the scale `db`: the power of 0 dB, or the greatest of the clip. */
  readonly ref: number | 'max';
  readonly pcen: PcenOptions;
}

/**
 * Mel spectrograms in any scale. What depends on the whole clip (a `ref`, the memory of PCEN) sees all of
 * it; silence is trimmed afterwards, by the powers.
 */
export function createScaledMel(options: ScaledMelOptions): LogMel {
  const { scale, ref } = options;
  if (scale !== 'pcen' && ref === 1) return createLogMel({ ...options, scale });
  const { bands, empty, compute } = createLogMel({ ...options, scale: 'power', trimDb: null });
  return {
    bands,
    empty,
    compute(signal) {
      const { data, frames } = compute(signal);
      const { trimDb, power } = options;
      const [first, end] = trimDb === null ? [0, frames] : trimRange(data, bands, power, trimDb);
      const scaled = rescale(data, bands, options);
      return { data: scaled.slice(first * bands, end * bands), frames: end - first, bands };
    },
  };
}

function rescale(mel: Float32Array, bands: number, options: ScaledMelOptions): Float32Array {
  const { scale, ref, amin, topDb, sampleRate, hopLength } = options;
  if (scale === 'pcen') return pcen(mel, bands, sampleRate / hopLength, options.pcen);
  const reference = ref === 'max' ? mel.reduce((max, value) => Math.max(max, value), 0) : ref;
  return powerToDb(mel, { ref: reference, amin, topDb });
}
