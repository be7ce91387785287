import type { Mono } from '../../audio/decode.ts';
import { encodeWav } from '../../audio/wav-writer.ts';
import { logMmse } from '../../dsp/denoise/log-mmse.ts';
import { spectralGate } from '../../dsp/denoise/spectral-gate.ts';
import { exp } from '../../dsp/elementary.ts';
import { trimSilence } from '../../dsp/frame/non-silent.ts';
import { loudness } from '../../dsp/loudness/loudness.ts';
import type { Item, ItemFile } from '../../engine/stage.ts';
import { readClip } from '../read-sound.ts';
import type { DenoiseParams } from './params.ts';

/** Reads a sound file and makes the clean one: a function of the file and the params alone. */
export function createCleaner(
  params: DenoiseParams,
): (item: Item, path: string) => Promise<ItemFile> {
  return async (item, path) => {
    const clip = await readClip(item, path);
    const { sampleRate } = clip;
    const samples = levelled(trimmed(denoised(clip, params), params), sampleRate, params);
    return {
      bytes: encodeWav([samples], sampleRate),
      extension: '.wav',
      meta: { rate: sampleRate, duration: samples.length / sampleRate },
    };
  };
}

function denoised(
  { samples, sampleRate }: Mono,
  { method, stationary, prop_decrease }: DenoiseParams,
): Float32Array {
  switch (method) {
    case 'logmmse':
      return logMmse(samples, sampleRate);
    case 'spectral_gate':
      return spectralGate(samples, { sampleRate, stationary, propDecrease: prop_decrease });
    case 'none':
      return samples;
  }
}

function trimmed(samples: Float32Array, { trim_db }: DenoiseParams): Float32Array {
  if (trim_db === null) return samples;
  const [start, end] = trimSilence(samples, { topDb: trim_db, frameLength: 2048, hopLength: 512 });
  // A clip of silence is kept whole rather than lost.
  return end > start ? samples.slice(start, end) : samples;
}

function levelled(
  samples: Float32Array,
  sampleRate: number,
  { loudness: wanted, peak }: DenoiseParams,
): Float32Array {
  const gain =
    wanted !== null
      ? wanted - loudness(samples, sampleRate)
      : peak !== null
        ? peak - 20 * Math.log10(samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0))
        : 0;
  // Silence has no level that could be raised.
  if (!Number.isFinite(gain) || gain === 0) return samples;
  const factor = exp((gain * Math.LN10) / 20);
  return samples.map((value) => value * factor);
}
