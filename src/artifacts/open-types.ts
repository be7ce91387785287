import { readFileSync } from 'node:fs';
import { defineArtifact } from '../engine/artifact.ts';
import { parseCsv } from '../util/csv.ts';

/** Types for own stages and commands, whose meaning only they know. */

export const file = defineArtifact({
  type: 'file',
  summary: 'One file of any format.',
  sink: true,
  validate({ files }) {
    const names = Object.keys(files);
    return names.length === 1
      ? []
      : [`holds ${names.length} files, not one: ${names.slice(0, 3).join(', ')}`];
  },
});

export const directory = defineArtifact({
  type: 'directory',
  summary: 'A folder with at least one file.',
  sink: true,
  validate: ({ files }) => (Object.keys(files).length > 0 ? [] : ['holds no file']),
});

export const table = defineArtifact({
  type: 'table',
  summary: 'table.csv: a header and rows of equal width.',
  sink: true,
  validate(artifact) {
    const names = Object.keys(artifact.files);
    if (!names.includes('table.csv'))
      return [`has no table.csv, but ${names.slice(0, 3).join(', ')}`];
    const { header, rows } = parseCsv(readFileSync(artifact.path('table.csv'), 'utf8'));
    const problems: string[] = [];
    if (header.length === 0) problems.push('table.csv has no header');
    if (new Set(header).size < header.length) problems.push('table.csv names a column twice');
    const uneven = rows.findIndex((row) => row.length !== header.length);
    if (uneven >= 0) {
      problems.push(
        `table.csv row ${uneven + 1} has ${rows[uneven]?.length} cells, the header has ${header.length}`,
      );
    }
    return problems;
  },
});
