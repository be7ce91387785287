import { type Digest, sha256 } from '../digest.ts';
import type { TaskRecord } from '../record/types.ts';

const before = ',"check":"';
const after = '"}\n';
const tail = before.length + 64 + after.length;

/** A record as its file holds it: JSON whose last field is the digest of all that stands before it. */
export function recordText(record: TaskRecord): string {
  const text = JSON.stringify(record);
  return `${text.slice(0, -1)}${before}${sha256(text)}${after}`;
}

/** Reads a record's file; `undefined` when a byte of it is not what was written, or when it is another key's. */
export function parseRecord(file: string, key: Digest): TaskRecord | undefined {
  const text = `${file.slice(0, -tail)}}`;
  if (file.slice(-tail) !== `${before}${sha256(text)}${after}`) return undefined;
  const record = JSON.parse(text) as TaskRecord;
  return record.format === 'affekt.record/1' && record.key === key ? record : undefined;
}
