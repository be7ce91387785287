import type { Location } from '../diagnostic.ts';

/** A text that values come from: a spec file, or one argument of the command line. */
export interface Source {
  /** As it is shown: relative to the working directory where that is shorter, or `command line`. */
  readonly name: string;
  /** Absolute path; empty for the command line. */
  readonly path: string;
  /** Folder that relative paths start from. */
  readonly folder: string;
  readonly text: string;
}

/** A stretch of a source, in UTF-16 units. Lines and columns are computed only when shown. */
export interface At {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

const lineTables = new WeakMap<Source, readonly number[]>();

/** Offsets at which lines start. */
function lineStarts(source: Source): readonly number[] {
  const known = lineTables.get(source);
  if (known) return known;
  const starts = [0];
  for (let i = source.text.indexOf('\n'); i >= 0; i = source.text.indexOf('\n', i + 1)) {
    starts.push(i + 1);
  }
  lineTables.set(source, starts);
  return starts;
}

/** Line, column and the line's text; what spans several lines is underlined on its first only. */
export function locate(at: At): Location {
  const { source } = at;
  const starts = lineStarts(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= at.start) low = middle;
    else high = middle - 1;
  }
  const lineStart = starts[low] ?? 0;
  const lineEnd = (starts[low + 1] ?? source.text.length + 1) - 1;
  const text = source.text.slice(lineStart, lineEnd).replace(/\r$/, '');
  const column = Math.min(at.start - lineStart, text.length);
  const shown = text.slice(column, Math.max(column, at.end - lineStart)).trimEnd();
  return {
    file: source.name,
    line: low + 1,
    column: column + 1,
    length: Math.max(1, shown.length),
    text,
  };
}

/** The same place with the text in question masked: a secret must not reach the screen. */
export function locateMasked(at: At): Location {
  const location = locate(at);
  const start = location.column - 1;
  const end = start + location.length;
  const text = `${location.text.slice(0, start)}${'*'.repeat(location.length)}${location.text.slice(end)}`;
  return { ...location, text };
}
