import type { AnalysisTables } from '../../artifacts/analysis.ts';
import { quantile } from '../../stats/quantile.ts';
import type { Cell } from '../../util/csv.ts';
import { type ClipRow, clipCells, groupRows } from './clip-row.ts';
import type { Duplicate } from './duplicates.ts';

/** The tables of an analysis. Groups show medians. */
export function makeTables(
  rows: readonly ClipRow[],
  labels: readonly string[],
  duplicates: readonly Duplicate[],
): AnalysisTables {
  const speakers = groupRows(rows, ({ speaker }) => speaker);
  const emotions = groupRows(rows, ({ emotion }) => emotion);
  const texts = groupRows(
    rows.filter(({ text }) => text !== ''),
    ({ text }) => text,
  );
  const formats = groupRows(rows, formatKey);
  return {
    clips: rows.map(clipCells),
    counts: [...speakers].flatMap(([speaker, own]) =>
      labels.map((label): readonly Cell[] => [
        ...[speaker, sexOf(own), label],
        own.filter(({ emotion }) => emotion === label).length,
      ]),
    ),
    speakers: [...speakers].map(([speaker, own]) => [
      ...[speaker, sexOf(own), own.length],
      ...mediansOf(own),
      mostCommon(own.map(({ format }) => format)),
    ]),
    emotions: labels.map((label) => {
      const own = emotions.get(label) ?? [];
      return [label, own.length, ...mediansOf(own)];
    }),
    texts: [...texts].map(([text, own]) => [
      ...[text, own.length, distinct(own, 'speaker').length, distinct(own, 'emotion').length],
    ]),
    formats: [...formats.values()].map((own) => {
      const [first] = own as readonly [ClipRow, ...ClipRow[]];
      const { format, rate, channels } = first;
      return [format, rate, channels, own.length, distinct(own, 'speaker').join(' ')];
    }),
    duplicates: duplicates.map(({ a, b, kind, distance }) => [a.id, b.id, kind, distance]),
  };
}

/** What tells the recordings of two devices apart. */
export function formatKey({ format, rate, channels }: ClipRow): string {
  return `${format}, ${rate} Hz${channels === 1 ? '' : `, ${channels} channels`}`;
}

/** Median of what is known; null where nothing is. */
export function medianOf(
  rows: readonly ClipRow[],
  value: (row: ClipRow) => number | null,
): number | null {
  const known = rows.map(value).filter((one) => one !== null);
  return known.length === 0 ? null : Number(quantile(known, 0.5).toFixed(3));
}

export function distinct(
  rows: readonly ClipRow[],
  column: 'speaker' | 'emotion' | 'text',
): readonly string[] {
  return [...new Set(rows.map((row) => row[column]))];
}

export function mostCommon(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0] ?? '';
}

function mediansOf(rows: readonly ClipRow[]): readonly Cell[] {
  return [
    medianOf(rows, ({ duration }) => duration),
    medianOf(rows, ({ level }) => level),
    medianOf(rows, ({ loudness }) => loudness),
    medianOf(rows, ({ snr }) => snr),
    medianOf(rows, ({ quiet }) => quiet),
    medianOf(rows, ({ f0 }) => f0),
    medianOf(rows, ({ syllableRate }) => syllableRate),
  ];
}

function sexOf(rows: readonly ClipRow[]): string {
  return rows[0]?.sex ?? '';
}
