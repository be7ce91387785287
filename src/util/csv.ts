/**
 * RFC 4180 tables as all artifacts have them: UTF-8, LF, header, floats in shortest round-trip form,
 * empty for unknown.
 */
export type Cell = string | number | null;

function quote(cell: Cell): string {
  if (cell === null) return '';
  const text = String(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Header and rows as CSV text, ending in a line feed. */
export function formatCsv(header: readonly string[], rows: Iterable<readonly Cell[]>): string {
  let text = `${header.map(quote).join(',')}\n`;
  for (const row of rows) text += `${row.map(quote).join(',')}\n`;
  return text;
}

export interface CsvTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** 1-based line of the text that each row starts on. */
  readonly lines: readonly number[];
}

/** Parses RFC 4180 text; also takes CRLF, a byte-order mark and a missing last line feed. */
export function parseCsv(text: string, delimiter = ','): CsvTable {
  const rows: string[][] = [];
  const lines: number[] = [];
  let line = 1;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
    const feed = text.indexOf('\n', at);
    const end = feed === -1 ? text.length : feed;
    const plain = text.slice(at, text[end - 1] === '\r' ? end - 1 : end);
    // Almost every row has no quote and no lone carriage return: then it is only split.
    const row = /["\r]/.test(plain)
      ? parseRow(text, at, delimiter)
      : { cells: plain.split(delimiter), next: end + 1, feeds: 1 };
    if (row.cells.length > 1 || row.cells[0] !== '') {
      rows.push(row.cells);
      lines.push(line);
    }
    line += row.feeds;
    at = row.next;
  }
  const [header = [], ...body] = rows;
  return { header, rows: body, lines: lines.slice(1) };
}

/** One row from `start`, cell by cell: quotes may hold delimiters, quotes and line feeds. */
function parseRow(
  text: string,
  start: number,
  delimiter: string,
): { readonly cells: string[]; readonly next: number; readonly feeds: number } {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  let feeds = 0;
  let i = start;
  for (; i < text.length; i++) {
    const c = text[i];
    if (c === '\n') feeds++;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === delimiter) {
      cells.push(cell);
      cell = '';
    } else if (c === '\n' || c === '\r') {
      if (c === '\r' && text[i + 1] === '\n') {
        i++;
        feeds++;
      } else if (c === '\r') feeds++;
      i++;
      break;
    } else cell += c;
  }
  cells.push(cell);
  return { cells, next: i, feeds };
}
