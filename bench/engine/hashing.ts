import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hashFile } from '../../src/engine/cache/hash-file.ts';
import { StatMemo } from '../../src/engine/cache/stat-memo.ts';
import { timed } from '../timed.ts';

/**
 * Hashing files, and looking whether 10,000 of them are as they were.
 *
 *     node --import tsx bench/engine/hashing.ts
 */
const folder = mkdtempSync(join(tmpdir(), 'affekt-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const bytes = 256 * 2 ** 20;
const large = join(folder, 'large');
writeFileSync(large, Buffer.alloc(bytes, 'affekt'));
const cpu = (work: () => void): number => {
  const from = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1e6;
};
const least = (times: number, work: () => void): number =>
  Math.min(...Array.from({ length: times }, () => cpu(work)));

hashFile(large);
const hashing = bytes / 1e9 / least(5, () => hashFile(large));
const runs = Array.from({ length: 5 }, () => timed(['sha256sum', large])?.cpu ?? Number.NaN);
const peer = bytes / 1e9 / Math.min(...runs);

mkdirSync(join(folder, 'small'));
const files = Array.from({ length: 10_000 }, (_, i) => join(folder, 'small', `${i}.wav`));
for (const file of files) {
  writeFileSync(file, file);
  utimesSync(file, 1, 1);
}
// A file written a moment ago is hashed again: it may change without showing it.
await delay(2500);
const memo = join(folder, 'memo.tsv');
const learn = new StatMemo(memo);
for (const file of files) learn.digest(file);
learn.save();
const checking = least(5, () => {
  const known = new StatMemo(memo);
  for (const file of files) known.digest(file);
});

console.log('| what | affekt | sha256sum |');
console.log('|---|---|---|');
console.log(`| hashing | ${hashing.toFixed(2)} GB/s | ${peer.toFixed(2)} GB/s |`);
console.log(`| 10,000 unchanged files | ${checking.toFixed(3)} s |  |`);
