import type { Utterance } from '../../artifacts/corpus.ts';
import type { Cell } from '../../util/csv.ts';
import { naturalOrder } from '../../util/natural-order.ts';
import type { Measured } from './measured.ts';

/** All that is known of a clip. */
export interface ClipRow extends Utterance, Measured {
  /** Nuclei per second of what is not quiet; null where nothing is. */
  readonly syllableRate: number | null;
  /** Place on the map of the corpus. */
  readonly map: readonly [x: number, y: number];
}

/** A row of `clips.csv`. */
export function clipCells(row: ClipRow): readonly Cell[] {
  return [
    ...[row.id, row.emotion, row.speaker, row.sex, row.text, row.duration, row.rate],
    ...[
      row.format,
      row.channels,
      row.peak,
      row.level,
      row.loudness,
      row.clipped,
      row.snr,
      row.quiet,
    ],
    ...[row.f0, row.f0Range, row.voiced, row.syllableRate, ...row.map],
  ];
}

export function groupRows(
  rows: readonly ClipRow[],
  key: (row: ClipRow) => string,
): ReadonlyMap<string, readonly ClipRow[]> {
  const groups = new Map<string, ClipRow[]>();
  for (const row of rows) {
    const name = key(row);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  // Speakers are often numbers: 10 comes after 9.
  return new Map([...groups].sort(([a], [b]) => naturalOrder(a, b)));
}
