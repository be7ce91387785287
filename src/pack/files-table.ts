import { parseDigest } from '../engine/digest.ts';
import { formatCsv, parseCsv } from '../util/csv.ts';
import type { PackFile } from './contents.ts';

const columns = ['path', 'sha256', 'held', 'left_out'] as const;

/** `files.csv`: what every file of the run holds, and where its bytes lie. */
export function formatFiles(files: readonly PackFile[]): string {
  return formatCsv(
    columns,
    files.map(({ path, digest, held, left }) => [path, digest, held, left]),
  );
}

/** Throws where the text is no such table. */
export function parseFiles(text: string): readonly PackFile[] {
  const { header, rows } = parseCsv(text);
  if (header.join() !== columns.join()) throw new Error('files.csv has other columns');
  return rows.map((row, index): PackFile => {
    const [path = '', sha256 = '', held = '', left = ''] = row;
    const digest = parseDigest(sha256);
    if (digest === undefined) throw new Error(`files.csv, row ${index + 1} has no SHA-256`);
    if (left !== '' && left !== 'sound' && left !== 'features' && left !== 'derived') {
      throw new Error(`files.csv, row ${index + 1} is left out for no known reason`);
    }
    return { path, digest, held, left };
  });
}
