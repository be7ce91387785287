/**
 * RFC 4180 tables as CONTRACTS fix them: UTF-8, LF, header, floats in shortest round-trip form,
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
  let start = 1;
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  let i = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const endRow = (): void => {
    row.push(cell);
    cell = '';
    if (row.length > 1 || row[0] !== '') {
      rows.push(row);
      lines.push(start);
    }
    row = [];
    start = line;
  };
  for (; i < text.length; i++) {
    const c = text[i];
    if (c === '\n' || (c === '\r' && text[i + 1] !== '\n')) line++;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === delimiter) {
      row.push(cell);
      cell = '';
    } else if (c === '\n' || c === '\r') {
      if (c === '\r' && text[i + 1] === '\n') {
        i++;
        line++;
      }
      endRow();
    } else cell += c;
  }
  if (cell !== '' || row.length > 0) endRow();
  const [header = [], ...body] = rows;
  return { header, rows: body, lines: lines.slice(1) };
}
