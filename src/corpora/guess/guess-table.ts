import { parseCsv } from '../../util/csv.ts';
import { delimiterOf, type OwnColumns } from '../own-table.ts';
import { baseName } from '../recording.ts';
import { emotionOf, headers, type Role } from './vocabulary.ts';

/** A table that was found beside the recordings, and how its columns were read. */
export interface TableGuess {
  readonly columns: OwnColumns;
  /** Per role, why this column: its name or what it holds. */
  readonly reasons: Readonly<Partial<Record<Role, string>>>;
  /** Part of the rows that name a recording. */
  readonly matched: number;
}

/** A table that names recordings, in whose other columns something is not recognised. */
export interface UnreadTable {
  readonly header: readonly string[];
  /** The column that names recordings. */
  readonly file: string;
  readonly missing: readonly Role[];
  readonly matched: number;
}

/**
 * How a table of labels is most likely meant: the file column is the one whose cells name
 * recordings; the others go by their header, then by what they hold. `undefined` where no column
 * names recordings.
 */
export function guessTable(
  text: string,
  files: readonly string[],
): TableGuess | UnreadTable | undefined {
  const { header: raw, rows } = parseCsv(text, delimiterOf(text));
  const header = raw.map((cell) => cell.trim());
  if (rows.length === 0 || header.length < 3) return undefined;
  const column = (index: number): readonly string[] => rows.map((row) => (row[index] ?? '').trim());

  const names = new Set(
    files.flatMap((file) => [baseName(file), baseName(file).replace(/\.[^.]*$/, '')]),
  );
  const hits = header.map(
    (_, index) =>
      column(index).filter((cell) => names.has(baseName(cell.replaceAll('\\', '/')))).length,
  );
  const best = hits.indexOf(Math.max(...hits));
  const matched = (hits[best] ?? 0) / rows.length;
  if (matched < 0.5) return undefined;

  const taken = new Set([best]);
  const reasons: Partial<Record<Role, string>> = { file: 'its cells name the recordings' };
  const byHeader = (role: Role): string | undefined => {
    const folded = header.map((name) => name.toLowerCase().replace(/[\s-]/g, '_'));
    const word = headers[role].find((one) =>
      folded.some((name, i) => name === one && !taken.has(i)),
    );
    const index = word === undefined ? -1 : folded.findIndex((n, i) => n === word && !taken.has(i));
    if (index < 0) return undefined;
    taken.add(index);
    reasons[role] = 'by its name';
    return header[index];
  };
  const byContent = (role: Role, fits: (cells: readonly string[]) => boolean, why: string) => {
    const index = header.findIndex((_, i) => !taken.has(i) && fits(column(i)));
    if (index < 0) return undefined;
    taken.add(index);
    reasons[role] = why;
    return header[index];
  };

  const emotion =
    byContent(
      'emotion',
      (cells) => part(cells, (cell) => emotionOf(cell) !== undefined) > 0.8,
      'it holds emotions',
    ) ?? byHeader('emotion');
  const speaker =
    byHeader('speaker') ??
    // Emotions repeat, too.
    (emotion &&
      byContent(
        'speaker',
        (cells) => repeats(cells) && cells.every((c) => c !== ''),
        'its values repeat',
      ));
  const file = header[best] ?? '';
  if (emotion === undefined || speaker === undefined) {
    const missing = Object.entries({ emotion, speaker }).flatMap(([role, found]) =>
      found === undefined ? [role as Role] : [],
    );
    return { header, file, missing, matched };
  }
  return {
    columns: {
      file,
      emotion,
      speaker,
      sex: byHeader('sex') ?? null,
      text: byHeader('text') ?? null,
      take: byHeader('take') ?? null,
    },
    reasons,
    matched,
  };
}

function part(cells: readonly string[], test: (cell: string) => boolean): number {
  return cells.filter(test).length / cells.length;
}

/** Several values, each at least four times on average. */
function repeats(cells: readonly string[]): boolean {
  const { size } = new Set(cells);
  return size > 1 && size <= cells.length / 4;
}
