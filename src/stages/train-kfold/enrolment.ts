import type { RowTable } from '../../dsp/augment/crop.ts';
import type { ClipStore } from '../../model/feed/clip-store.ts';
import type { ClipShape } from '../../model/feed/clips.ts';
import {
  fitSpeakerStatistics,
  type SpeakerStatistics,
} from '../../model/feed/enrolment/speaker-statistics.ts';
import { clipMoments, type Moments } from '../../model/feed/moments.ts';
import { groupBy } from '../../util/group-by.ts';
import { createRandom, hashSeed } from '../../util/random.ts';
import type { TrainingParams } from './training-params.ts';

export type Enrolment = NonNullable<TrainingParams['enrolment']>;

/** Speaker by id of a clip. */
export type Speakers = Readonly<Record<string, string>>;

/** One draw: whose statistics come from which clips, and what is scored with them. */
export interface EnrolmentDraw {
  /** From 1. */
  readonly draw: number;
  readonly scored: readonly string[];
  table(id: string): RowTable;
  /** The enrolled clips of all speakers, and those of the speaker of a clip. */
  readonly heard: readonly string[];
  enrolled(id: string): readonly string[];
}

const bySpeaker = (
  ids: readonly string[],
  speakers: Speakers,
): ReadonlyMap<string, readonly string[]> => groupBy(ids, (id) => speakers[id] ?? '');

function momentsOf(ids: readonly string[], clips: ClipStore, rows: number): readonly Moments[] {
  // A store that reads on demand reuses its buffer: each clip is measured before the next one.
  return ids.flatMap((id) => clips.fetch([id]).map((clip) => clipMoments(clip, rows)));
}

/** Statistics of the training speakers, at least two, and estimates of new ones. */
export function fitSpeakers(
  ids: readonly string[],
  speakers: Speakers,
  clips: ClipStore,
  { channels, bands }: ClipShape,
  seed: number,
): SpeakerStatistics {
  const groups = bySpeaker(ids, speakers);
  const rows = channels * bands;
  const moments = new Map([...groups].map(([name, own]) => [name, momentsOf(own, clips, rows)]));
  return fitSpeakerStatistics(moments, bands, createRandom(hashSeed(seed, 'enrolment')));
}

/**
 * The clips of a speaker that are enrolled in one draw. They hang on their names and the number of
 * the draw alone, so all models and seeds are scored on the same other clips.
 */
function enrolled(
  ids: readonly string[],
  clips: number,
  speaker: string,
  draw: number,
): ReadonlySet<string> {
  const random = createRandom(hashSeed('enrolment', speaker, draw));
  const count = Math.min(clips, Math.floor(ids.length / 2));
  return new Set(random.shuffle([...ids].sort()).slice(0, count));
}

export function drawEnrolments(
  { clips: wanted, draws }: Enrolment,
  {
    ids,
    speakers,
    open,
  }: {
    readonly ids: readonly string[];
    readonly speakers: Speakers;
    /** Opens clips whose statistics are taken. */
    readonly open: (ids: readonly string[]) => ClipStore;
  },
  statistics: SpeakerStatistics,
  rows: number,
): readonly EnrolmentDraw[] {
  const groups = [...bySpeaker(ids, speakers)];
  return Array.from({ length: wanted === 'all' ? 1 : draws }, (_, i): EnrolmentDraw => {
    const scored: string[] = [];
    const tables = new Map<string, RowTable>();
    const known = new Map<string, readonly string[]>();
    for (const [speaker, own] of groups) {
      if (wanted === 'all') {
        tables.set(speaker, statistics.whole(momentsOf(own, open(own), rows)));
        known.set(speaker, own);
        scored.push(...own);
        continue;
      }
      const chosen = enrolled(own, wanted, speaker, i + 1);
      const heard = [...chosen].sort();
      known.set(speaker, heard);
      tables.set(speaker, statistics.estimate(momentsOf(heard, open(heard), rows)));
      scored.push(...own.filter((id) => !chosen.has(id)));
    }
    return {
      draw: i + 1,
      scored,
      table(id) {
        const table = tables.get(speakers[id] ?? '');
        if (table === undefined) throw new Error(`no statistics for the speaker of "${id}"`);
        return table;
      },
      heard: [...known.values()].flat(),
      enrolled: (id) => known.get(speakers[id] ?? '') ?? [],
    };
  });
}
