import { rms } from './rms.ts';

/** What counts as silence. */
export interface SilenceOptions {
  /** Frames more than this many dB below the loudest one are silent; default 60. */
  readonly topDb: number;
  /** In samples; default 2048. */
  readonly frameLength: number;
  /** In samples; default 512. */
  readonly hopLength: number;
}

/** librosa's defaults. */
const silenceDefaults: SilenceOptions = { topDb: 60, frameLength: 2048, hopLength: 512 };

/** Samples [start, end). */
export type Interval = readonly [start: number, end: number];

/** Amplitudes below this count as this: librosa.amplitude_to_db's `amin`. */
const least = 1e-5;

/** Whether each centred frame is louder than the loudest − `topDb`. */
function loudFrames(signal: Float32Array, options: SilenceOptions): readonly boolean[] {
  const levels = rms(signal, { ...options, center: true });
  const loudest = levels.reduce((a, b) => Math.max(a, b), least);
  const db = (level: number): number => 20 * Math.log10(Math.max(level, least) / loudest);
  return Array.from(levels, (level) => db(level) > -options.topDb);
}

/**
 * From the first loud frame to the hop after the last one: librosa.effects.trim. As there, a signal of
 * zeros is as loud as its loudest frame and keeps its whole length.
 */
export function trimSilence(
  signal: Float32Array,
  options: SilenceOptions = silenceDefaults,
): Interval {
  const loud = loudFrames(signal, options);
  const first = loud.indexOf(true);
  if (first < 0) return [0, 0];
  const end = (loud.lastIndexOf(true) + 1) * options.hopLength;
  return [first * options.hopLength, Math.min(signal.length, end)];
}

/** The stretches of loud frames: librosa.effects.split. */
export function splitSilence(
  signal: Float32Array,
  options: SilenceOptions = silenceDefaults,
): readonly Interval[] {
  const loud = loudFrames(signal, options);
  const place = (t: number): number => Math.min(signal.length, t * options.hopLength);
  const out: Interval[] = [];
  let since: number | undefined;
  for (let t = 0; t <= loud.length; t++) {
    const isLoud = loud[t] === true;
    if (isLoud && since === undefined) since = t;
    if (isLoud || since === undefined) continue;
    out.push([place(since), place(t)]);
    since = undefined;
  }
  return out;
}
