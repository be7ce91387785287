/** Functionals relative to their speaker. */
export interface SpeakerSide {
  /** ω, the deviation of each number within speakers; 1 where it is constant. */
  readonly within: Float64Array;
  /** Of a training clip, relative to the mean of all its speaker's. */
  training(row: Float32Array, speaker: string): Float32Array;
  /** Of a clip of a new speaker, from the rows of its enrolled clips; with none, relative to 0. */
  enrolled(row: Float32Array, clips: readonly Float32Array[]): Float32Array;
}

/** Values further from 0 are cut off. */
export const speakerLimit = 4;

/**
 * From rows as `sideOf` gives them. With τ² the variance between the training speakers' means and ω²
 * the mean variance within them, a new speaker's mean is τ² / (τ² + ω² / k) times that of its k enrolled
 * clips; what is left is divided by ω and held within ± 4.
 *
 * @param speakers rows of the training clips by speaker; at least two speakers
 */
export function fitSpeakerSide(
  speakers: ReadonlyMap<string, readonly Float32Array[]>,
): SpeakerSide {
  if (speakers.size < 2) throw new RangeError('enrolment needs at least two training speakers');
  const means = new Map([...speakers].map(([name, rows]) => [name, meanOf(rows)]));
  const width = [...means.values()][0]?.length ?? 0;
  const within = new Float64Array(width);
  for (const [name, rows] of speakers) {
    const mean = means.get(name)!;
    for (const row of rows) {
      for (let i = 0; i < width; i++) {
        within[i]! += (row[i]! - mean[i]!) ** 2 / rows.length / speakers.size;
      }
    }
  }
  const centre = meanOf([...means.values()]);
  const between = new Float64Array(width);
  for (const mean of means.values()) {
    for (let i = 0; i < width; i++)
      between[i]! += (mean[i]! - centre[i]!) ** 2 / (speakers.size - 1);
  }
  const scale = within.map((variance) => (variance > 0 ? Math.sqrt(variance) : 1));
  const relative = (row: Float32Array, offset: (i: number) => number): Float32Array =>
    row.map((value, i) =>
      Math.min(Math.max((value - offset(i)) / scale[i]!, -speakerLimit), speakerLimit),
    );
  return {
    within: scale,
    training(row, speaker) {
      const mean = means.get(speaker);
      if (mean === undefined) throw new Error(`"${speaker}" is no training speaker`);
      return relative(row, (i) => mean[i]!);
    },
    enrolled(row, clips) {
      if (clips.length === 0) return relative(row, () => 0);
      const mean = meanOf(clips);
      return relative(row, (i) => {
        const known = between[i]! + within[i]! / clips.length;
        return known > 0 ? (between[i]! / known) * mean[i]! : 0;
      });
    },
  };
}

function meanOf(rows: readonly ArrayLike<number>[]): Float64Array {
  const out = new Float64Array(rows[0]?.length ?? 0);
  for (const row of rows) for (let i = 0; i < out.length; i++) out[i]! += row[i]! / rows.length;
  return out;
}
