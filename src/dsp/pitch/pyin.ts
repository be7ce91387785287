import { roundHalfEven } from '../../util/round-half-even.ts';
import { createPeriodDifference, type PitchOptions, parabolicShift } from './period-difference.ts';
import { pitchCandidates } from './pitch-candidates.ts';
import { type PitchEvidence, voicingPath } from './voicing-path.ts';

/** Pitch bins in a semitone. */
const perSemitone = 10;
const perOctave = 12 * perSemitone;
/** Octaves per second that pitch can move by. */
const fastest = 35.92;

export interface VoicedPitch {
  /** Hz; NaN where unvoiced. On a grid of tenths of a semitone above `fmin`. */
  readonly f0: Float64Array;
  readonly voiced: readonly boolean[];
  /** Probability that a frame is voiced, from that frame alone. */
  readonly probability: Float64Array;
}

/**
 * Probabilistic YIN (Mauch & Dixon 2014), librosa.pyin with its defaults: candidates of each frame, then
 * the most likely path through them.
 *
 * @throws RangeError where `pitchProblem` finds one
 */
export function pyin(signal: Float32Array, options: PitchOptions): VoicedPitch {
  const { sampleRate, fmin, fmax, hopLength } = options;
  const difference = createPeriodDifference(options);
  const { count, start } = difference.grid(signal.length);
  const bins = Math.floor(perOctave * Math.log2(fmax / fmin)) + 1;
  const values = new Float64Array(difference.periods);
  const evidence = Array.from({ length: count }, (_, t): PitchEvidence => {
    difference.measure(signal, start(t), values);
    const found = new Map<number, number>();
    for (const { index, probability } of pitchCandidates(values)) {
      // librosa keeps these numbers in float32.
      const kept = Math.fround(probability);
      if (kept === 0) continue;
      const period = difference.shortest + index + parabolicShift(values, index);
      const bin = roundHalfEven(perOctave * Math.log2(sampleRate / period / fmin));
      // Of candidates in one bin the one with the longest period counts.
      if (bin < bins) found.set(Math.max(0, bin), kept);
    }
    const total = [...found].sort(([a], [b]) => a - b).reduce((sum, [, part]) => sum + part, 0);
    return {
      bins: Array.from(found, ([bin, probability]) => ({ bin, probability })),
      voiced: Math.min(1, total),
    };
  });
  const semitones = roundHalfEven((fastest * 12 * hopLength) / sampleRate);
  const path = voicingPath(evidence, bins, (semitones * perSemitone) >> 1);
  return {
    f0: Float64Array.from(path, (state) =>
      state < bins ? fmin * 2 ** (state / perOctave) : Number.NaN,
    ),
    voiced: Array.from(path, (state) => state < bins),
    probability: Float64Array.from(evidence, ({ voiced }) => voiced),
  };
}
