import { parseCsv } from '../util/csv.ts';

/** Takes a line of `split.csv`; `fold` is NaN where no number stands. False ends the reading. */
export type TakeRow = (id: string, fold: number, role: string) => boolean;

export const splitColumns = ['id', 'fold', 'role'] as const;

const header = `${splitColumns.join()}\n`;

const lineFeed = 10;
const carriageReturn = 13;
const quote = 34;

/** Hands on the rows of `split.csv` one by one; false where its header is another. */
export function readSplitRows(bytes: Buffer, take: TakeRow): boolean {
  const plain =
    bytes.toString('utf8', 0, header.length) === header &&
    !bytes.includes(quote) &&
    !bytes.includes(carriageReturn);
  if (plain) {
    readPlainRows(bytes, take);
    return true;
  }
  const table = parseCsv(bytes.toString());
  if (table.header.join() !== splitColumns.join()) return false;
  for (const [id = '', fold, role = ''] of table.rows) if (!take(id, Number(fold), role)) break;
  return true;
}

/**
 * Rows without quotes. With one fold per speaker a split is as long as the square of its corpus and names
 * each clip once per fold: a row is looked for in the fold before, and its id is then the same string.
 */
function readPlainRows(bytes: Buffer, take: TakeRow): void {
  const strings = new Map<string, string>();
  let before: Named[] = [];
  let rows: Named[] = [];
  let number = '';
  let fold = Number.NaN;
  let tail = Buffer.alloc(0);
  for (let at = header.length; at < bytes.length; ) {
    const same = before[rows.length];
    if (
      same !== undefined &&
      isAt(bytes, at, same.bytes) &&
      isAt(bytes, at + same.bytes.length, tail)
    ) {
      at += same.bytes.length + tail.length;
      rows.push(same);
      if (!take(same.id, fold, 'fit')) return;
      continue;
    }
    const found = bytes.indexOf(lineFeed, at);
    const end = found === -1 ? bytes.length : found;
    const line = bytes.toString('utf8', at, end);
    at = end + 1;
    if (line === '') continue;
    const [name = '', own = '', role = ''] = line.split(',');
    if (own !== number) {
      number = own;
      fold = Number(own);
      tail = Buffer.from(`,${own},fit\n`);
      before = rows;
      rows = [];
    }
    const id = strings.get(name) ?? name;
    strings.set(id, id);
    rows.push({ id, bytes: Buffer.from(id) });
    if (!take(id, fold, role)) return;
  }
}

interface Named {
  readonly id: string;
  readonly bytes: Buffer;
}

/** Whether `part` lies at `at`. */
function isAt(bytes: Buffer, at: number, part: Buffer): boolean {
  for (let i = 0; i < part.length; i++) if (bytes[at + i] !== part[i]) return false;
  return true;
}
