import type { Finding } from '../../../artifacts/analysis.ts';
import { formatCount } from '../../../util/count.ts';
import { type ClipRow, groupRows } from '../clip-row.ts';
import type { Evidence } from '../rules.ts';
import { formatKey, medianOf, mostCommon } from '../tables.ts';
import { list, percent, speakersAre } from './words.ts';

/** Speakers whose median lies this far from that of the others stand out: a ratio, dB, dB. */
const longer = 1.5;
const louder = 6;
const noisier = 12;
/** Speakers with fewer clips have no median worth the name. */
const leastClips = 5;
/** Peaks this close (dB) in nine of ten clips were set by a program. */
const samePeak = 0.5;
const normalisedPart = 0.9;

/** How the recordings of one speaker differ from those of all others: what a network learns instead. */
export function recordingFindings({ rows }: Evidence): readonly Finding[] {
  return [
    ...formats(rows),
    ...outliers(rows, {
      rule: 'speaker-duration',
      value: ({ duration }) => duration,
      stands: (own, others) => own >= longer * others || own * longer <= others,
      words: (own, others) =>
        `clips of ${own.toFixed(2)} s in the median, the others’ of ${others.toFixed(2)} s`,
      advice:
        'Length gives this speaker away: train on crops of one length, and read the results per speaker.',
    }),
    ...outliers(rows, {
      rule: 'speaker-level',
      value: ({ level }) => level,
      stands: (own, others) => Math.abs(own - others) >= louder,
      words: (own, others) =>
        `a level of ${own.toFixed(1)} dBFS in the median, the others one of ${others.toFixed(1)} dBFS`,
      advice:
        'The gain of a recording looks like loudness of a voice: keep level: scalar in training, or normalise loudness.',
    }),
    ...outliers(rows, {
      rule: 'speaker-noise',
      value: ({ snr }) => snr,
      stands: (own, others) => Math.abs(own - others) >= noisier,
      words: (own, others) =>
        `a signal-to-noise ratio of ${own.toFixed(0)} dB in the median, the others one of ${others.toFixed(0)} dB`,
      advice:
        'A network can tell rooms apart: read the results per speaker, and compare denoising.',
    }),
    ...normalised(rows),
  ];
}

/** Formats that go with speakers or emotions. */
function formats(rows: readonly ClipRow[]): readonly Finding[] {
  const usual = mostCommon(rows.map(formatKey));
  const other = rows.filter((row) => formatKey(row) !== usual);
  if (other.length === 0) return [];
  const speakers = groupRows(rows, ({ speaker }) => speaker);
  const apart = [...speakers].filter(
    ([, own]) => mostCommon(own.map(formatKey)) !== usual && speakers.size > 1,
  );
  if (apart.length === 0) {
    const kinds = [...groupRows(rows, formatKey)].map(([name, own]) => `${name}: ${own.length}`);
    return [
      {
        ...{ rule: 'mixed-formats', level: 'note', clips: [] },
        text: `Recordings have different formats (${list(kinds)}), in no relation to speakers.`,
        advice:
          'Resampling in melspec makes rates alike; lower ones have nothing in the upper bands.',
      },
    ];
  }
  const names = apart.map(([speaker]) => speaker);
  const theirs = list([...new Set(apart.map(([, own]) => mostCommon(own.map(formatKey))))]);
  const clips = apart.reduce((sum, [, own]) => sum + own.length, 0);
  return [
    {
      ...{ rule: 'speaker-format', level: 'warning', clips: [] },
      text: `${speakersAre(names)} recorded as ${theirs} (${formatCount(clips, 'clip')}), the others as ${usual}.`,
      advice:
        'Another device or session: what is learnt of these speakers may be their recording. Split by speaker, never at random, and read the results per speaker.',
    },
  ];
}

interface OutlierRule {
  readonly rule: string;
  readonly value: (row: ClipRow) => number | null;
  readonly stands: (own: number, others: number) => boolean;
  readonly words: (own: number, others: number) => string;
  readonly advice: string;
}

/** Speakers whose median stands out from the median of the other speakers' medians. */
function outliers(
  rows: readonly ClipRow[],
  { rule, value, stands, words, advice }: OutlierRule,
): readonly Finding[] {
  const medians = [...groupRows(rows, ({ speaker }) => speaker)].flatMap(([speaker, own]) => {
    const median = medianOf(own, value);
    return median === null || own.length < leastClips ? [] : [{ speaker, median }];
  });
  if (medians.length < 3) return [];
  return medians.flatMap(({ speaker, median }): Finding[] => {
    const others = medians
      .filter((one) => one.speaker !== speaker)
      .map((one) => one.median)
      .sort((a, b) => a - b);
    const middle =
      ((others[(others.length - 1) >> 1] ?? 0) + (others[others.length >> 1] ?? 0)) / 2;
    if (!stands(median, middle)) return [];
    const text = `Speaker ${speaker} has ${words(median, middle)}.`;
    return [{ rule, level: 'warning', text, advice, clips: [] }];
  });
}

function normalised(rows: readonly ClipRow[]): readonly Finding[] {
  const sorted = rows.map(({ peak }) => peak).sort((a, b) => a - b);
  const size = Math.ceil(normalisedPart * sorted.length);
  if (rows.length < 20) return [];
  const spans = sorted.slice(0, sorted.length - size + 1).map((low, i) => {
    const high = sorted[i + size - 1] ?? low;
    return { low, high };
  });
  const tightest = spans.reduce((a, b) => (b.high - b.low < a.high - a.low ? b : a));
  if (tightest.high - tightest.low > samePeak) return [];
  const middle = (tightest.low + tightest.high) / 2;
  return [
    {
      ...{ rule: 'peak-normalised', level: 'note', clips: [] },
      text: `Clips are peak-normalised: ${percent(normalisedPart)} of them peak within ${(tightest.high - tightest.low).toFixed(2)} dB of each other, at ${(middle + 0).toFixed(1)} dBFS.`,
      advice:
        'Loudness differences between emotions are not those of the voices: do not read meaning into levels.',
    },
  ];
}
