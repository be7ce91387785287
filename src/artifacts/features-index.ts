import { err, ok, type Result } from '../engine/result.ts';
import { parseCsv } from '../util/csv.ts';

/** Where an utterance's rows are: one line of `index.csv`. */
export interface FeatureRows {
  readonly id: string;
  /** From 0: `shards/000.npy`. */
  readonly shard: number;
  /** First row in the shard. */
  readonly offset: number;
  /** Rows; at least 1. */
  readonly frames: number;
}

export const featureColumns = ['id', 'shard', 'offset', 'frames'] as const;

/** Name of shard n in the tree. */
export function shardFile(n: number): string {
  return `shards/${String(n).padStart(3, '0')}.npy`;
}

/** Rows grouped by the shard that holds them. */
export function byShard(rows: Iterable<FeatureRows>): Map<number, FeatureRows[]> {
  const groups = new Map<number, FeatureRows[]>();
  for (const row of rows) {
    const group = groups.get(row.shard);
    if (group === undefined) groups.set(row.shard, [row]);
    else group.push(row);
  }
  return groups;
}

/** Parses `index.csv`; every problem is one sentence. */
export function readFeatureIndex(text: string): Result<readonly FeatureRows[], readonly string[]> {
  const table = parseCsv(text);
  if (table.header.join() !== featureColumns.join()) {
    return err([`index.csv: the columns must be ${featureColumns.join()}`]);
  }
  const problems: string[] = [];
  const rows: FeatureRows[] = [];
  let last: string | undefined;
  for (const [i, cells] of table.rows.entries()) {
    const where = `index.csv: row ${i + 1}`;
    const [id = '', shard, offset, frames] = cells;
    const row = { id, shard: count(shard), offset: count(offset), frames: count(frames) };
    if (cells.length !== featureColumns.length) {
      problems.push(`${where} has ${cells.length} cells instead of ${featureColumns.length}`);
    } else if (id === '') problems.push(`${where} has no id`);
    else if (id === last) problems.push(`${where}: id "${id}" occurs twice`);
    else if (last !== undefined && id < last) problems.push(`${where}: "${id}" is not in order`);
    if (!(row.shard >= 0 && row.offset >= 0 && row.frames >= 1)) {
      problems.push(`${where}: shard, offset and frames must be whole numbers, frames at least 1`);
    }
    last = id;
    rows.push(row);
  }
  if (rows.length === 0) problems.push('index.csv holds no utterance');
  return problems.length > 0 ? err(problems) : ok(rows);
}

/** A whole number ≥ 0 written in digits; NaN otherwise. */
function count(text = ''): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}
