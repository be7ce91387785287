import { createResampler, type Resampler } from '../../audio/resample.ts';
import type { LogMel } from '../../dsp/log-mel.ts';
import { createScaledMel } from '../../dsp/scaled-mel.ts';
import { type Item, type ItemResult, TaskError } from '../../engine/stage.ts';
import { clipName, readClip } from '../read-sound.ts';
import type { MelspecParams } from './params.ts';

/** What clips of one rate share. */
interface Pipeline {
  readonly resampler: Resampler;
  readonly logMel: LogMel;
}

/**
 * The filters of the params that came last, by rate: a process makes one chunk of clips after another, and
 * their tables cost as much as two clips.
 */
let kept = { of: '', pipelines: new Map<number, Pipeline>() };

/**
 * Reads a sound file, resamples it and computes its log-mel spectrogram. The result depends on the file and
 * the params alone.
 */
export function createClipReader(
  params: MelspecParams,
): (item: Item, path: string) => Promise<ItemResult> {
  const of = JSON.stringify(params);
  if (kept.of !== of) kept = { of, pipelines: new Map() };
  const { pipelines } = kept;
  return async (item, path) => {
    const clip = clipName(item);
    const { samples, sampleRate } = await readClip(item, path);
    let pipeline = pipelines.get(sampleRate);
    if (pipeline === undefined) {
      pipeline = createPipeline(params, sampleRate, clip);
      pipelines.set(sampleRate, pipeline);
    }
    const { data, bands } = pipeline.logMel.compute(pipeline.resampler.resample(samples));
    return {
      data,
      columns: bands,
      meta: { rate: sampleRate, empty: pipeline.logMel.empty.length },
    };
  };
}

function createPipeline(params: MelspecParams, source: number, clip: string): Pipeline {
  const sampleRate = params.sample_rate === 'native' ? source : params.sample_rate;
  const nyquist = sampleRate / 2;
  const fmax = params.fmax ?? nyquist;
  if (fmax > nyquist || params.fmin >= nyquist) {
    const name = fmax > nyquist ? 'fmax' : 'fmin';
    throw new TaskError(
      `${clip} has a rate of ${source} Hz, too low for ${name} ${params[name]} Hz`,
      {
        hint: 'Set fmax: null (half the rate of each clip), or a sample_rate for all clips.',
      },
    );
  }
  return {
    resampler: createResampler(source, sampleRate),
    logMel: createScaledMel({
      sampleRate,
      nFft: params.n_fft,
      winLength: params.win_length,
      hopLength: params.hop_length,
      window: params.window,
      center: params.center,
      padMode: params.pad_mode,
      power: params.power,
      nMels: params.n_mels,
      fmin: params.fmin,
      fmax,
      htk: params.htk,
      norm: params.norm,
      scale: params.scale,
      ref: params.ref,
      amin: params.amin,
      topDb: params.top_db,
      pcen: { ...params.pcen, timeConstant: params.pcen.time_constant },
      trimDb: params.trim_db,
    }),
  };
}
