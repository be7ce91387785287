import { createResamplers } from '../../audio/resamplers.ts';
import { createF0Tracker } from '../../dsp/functionals/f0-track.ts';
import { computeFunctionals } from '../../dsp/functionals/functionals.ts';
import { createLogMel, type LogMelOptions } from '../../dsp/log-mel.ts';
import type { Item, ItemResult } from '../../engine/stage.ts';
import { readClip } from '../read-sound.ts';
import type { FunctionalsParams } from './params.ts';

/** Hz that pitch and spectrum are taken at. */
const pitchRate = 8000;
const spectrumRate = 16_000;

/** The spectrum behind the energy and tilt numbers: melspec's defaults in nepers, silence cut off. */
const spectrum: LogMelOptions = {
  sampleRate: spectrumRate,
  nFft: 1024,
  winLength: 640,
  hopLength: 256,
  window: 'hann',
  center: true,
  padMode: 'constant',
  power: 2,
  nMels: 64,
  fmin: 50,
  fmax: 8000,
  htk: false,
  norm: 'slaney',
  scale: 'ln',
  // Far below any sound, so that a quiet recording has the numbers of a loud one.
  amin: 1e-30,
  topDb: null,
  trimDb: 45,
};

/** Reads a sound file and computes its 15 numbers. */
export function createVoiceReader(
  params: FunctionalsParams,
): (item: Item, path: string) => Promise<ItemResult> {
  const tracker = createF0Tracker({
    ...{ sampleRate: pitchRate, f0Min: params.f0_min, f0Max: params.f0_max },
  });
  const logMel = createLogMel(spectrum);
  const resample = createResamplers();
  return async (item, path) => {
    const { samples, sampleRate } = await readClip(item, path);
    const track = tracker(resample(samples, sampleRate, pitchRate));
    const mel = logMel.compute(resample(samples, sampleRate, spectrumRate));
    const data = computeFunctionals(track, mel);
    const voiced = track.voiced.filter(Boolean).length;
    return { data, columns: data.length, meta: { voiced } };
  };
}
