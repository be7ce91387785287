import type { RowTable } from '../../../dsp/augment/crop.ts';
import type { Random } from '../../../util/random.ts';
import { addMoments, type Moments, tableOf } from '../moments.ts';
import { fitWienerMean } from './wiener-mean.ts';

/** Numbers of clips that training tables are estimated from, in turn. */
const enrolledClips = [5, 7, 10, 15, 20, 30];
/** How often all of a speaker's clips make a training table. */
const wholeTables = 6;
/** The pooled variance weighs like that of this many clips. */
const pooledClips = 5;
/** Least variance of a row, so that a constant one stays finite. */
const minimumVariance = 1e-4;

/** What is known of speakers from the training part, and estimates of new ones. */
export interface SpeakerStatistics {
  /**
   * The 42 tables of each training speaker, one of which a training sample takes: 6 times the
   * statistics of all its clips, 36 times an estimate from k random ones, k in 5, 7, 10, 15, 20, 30.
   * A model then knows how uncertain an estimate from few clips is.
   */
  readonly tables: ReadonlyMap<string, readonly RowTable[]>;
  /** Of a new speaker from the moments of its enrolled clips, unlabelled; without any, the mean training speaker. */
  estimate(clips: readonly Moments[]): RowTable;
  /** Of a new speaker from all its clips, those that are scored, too: a transductive protocol. */
  whole(clips: readonly Moments[]): RowTable;
}

/**
 * Per-row mean and deviation of speakers over the frames of their clips, which are prepared as for
 * training (level, normaliser). From k clips: d² = w d_k² + (1 − w) d_pool², w = k / (k + 5), d_pool the
 * root mean square deviation of the training speakers; the mean is `fitWienerMean`'s.
 *
 * @param speakers moments of each training clip by speaker; at least two speakers
 * @param bands rows of one channel
 */
export function fitSpeakerStatistics(
  speakers: ReadonlyMap<string, readonly Moments[]>,
  bands: number,
  random: Random,
): SpeakerStatistics {
  if (speakers.size < 2) throw new RangeError('enrolment needs at least two training speakers');
  const names = [...speakers.keys()].sort();
  const clips = names.map((name) => speakers.get(name) ?? []);
  const plain = clips.map((own) => tableOf(addMoments(own), minimumVariance));
  const pooled = average(plain, ({ deviation }) => deviation.map((d) => d * d)).map(Math.sqrt);
  const wiener = fitWienerMean(
    clips.map((own) => own.map((clip) => tableOf(clip).mean)),
    bands,
  );
  const estimate = (enrolled: readonly Moments[]): RowTable => {
    const k = enrolled.length;
    const { mean, deviation } = tableOf(addMoments(enrolled), minimumVariance);
    const w = k / (k + pooledClips);
    return {
      mean: wiener(mean, k),
      deviation: deviation.map((d, row) => Math.sqrt(w * d * d + (1 - w) * pooled[row]! ** 2)),
    };
  };
  const whole = (all: readonly Moments[]): RowTable => tableOf(addMoments(all), minimumVariance);
  const typical = { mean: average(plain, ({ mean }) => mean), deviation: pooled };
  const counts = Array.from({ length: wholeTables }, () => enrolledClips).flat();
  return {
    whole,
    estimate: (enrolled) => (enrolled.length === 0 ? typical : estimate(enrolled)),
    tables: new Map(
      names.map((name, s) => {
        const own = clips[s] ?? [];
        const all = plain[s]!;
        const some = counts.map((k) => estimate(random.shuffle(own).slice(0, k)));
        return [name, [...Array.from({ length: wholeTables }, () => all), ...some]];
      }),
    ),
  };
}

function average(
  tables: readonly RowTable[],
  pick: (table: RowTable) => Float64Array,
): Float64Array {
  const picked = tables.map(pick);
  return (picked[0] ?? new Float64Array(0)).map(
    (_, row) => picked.reduce((sum, values) => sum + values[row]!, 0) / picked.length,
  );
}
