import { existsSync } from 'node:fs';
import { corpora } from '../../corpora/index.ts';
import { hashFile } from '../../engine/cache/hash-file.ts';
import { type DataStore, openDataStore } from '../../engine/data-store.ts';
import { formatCount } from '../../util/count.ts';
import { nearest } from '../../util/suggest.ts';
import { UsageError } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { createStyle } from '../style.ts';
import { formatTable } from '../table.ts';
import { guard } from './guard.ts';

export function listCorpora(store: string, json: boolean, io: Io): Promise<number> {
  return guard(() => {
    const stored = openDataStore(store).list();
    if (json) {
      for (const { manifest, ...entry } of stored) {
        const files = Object.keys(manifest).length;
        io.out.write(`${JSON.stringify({ ...entry, files })}\n`);
      }
      return exitCode.ok;
    }
    const rows = stored.map(({ name, path, manifest, pinned }) => [
      name,
      formatCount(Object.keys(manifest).length, 'file'),
      pinned ? 'original' : 'unpinned',
      existsSync(path) ? path : `${path} (missing)`,
    ]);
    io.out.write(formatTable(rows));
    for (const { name, title, licence } of Object.values(corpora)) {
      if (!stored.some((s) => s.name === name)) continue;
      io.out.write(createStyle(io.out.colour).dim(`${name}  ${title}; licence: ${licence}\n`));
    }
    const absent = Object.values(corpora).filter(
      ({ name }) => !stored.some((s) => s.name === name),
    );
    for (const { name, title, obtain, remotes } of absent) {
      const how = remotes.length > 0 ? `affekt data add ${name} downloads it` : `from ${obtain}`;
      const line = `${name}  not here: ${title}; ${how}\n`;
      io.out.write(createStyle(io.out.colour).dim(line));
    }
    return exitCode.ok;
  });
}

/** More would scroll the verdict away. */
const shownFiles = 12;

/** Hashes every registered file again. Exit code 3 when something differs. */
export function verifyCorpora(store: string, name: string | undefined, io: Io): Promise<number> {
  return guard(() => {
    const data = openDataStore(store);
    const names = name === undefined ? data.list().map((entry) => entry.name) : [name];
    if (names.length === 0) io.out.write('no corpus is registered\n');
    const { red } = createStyle(io.out.colour);
    let intact = true;
    for (const each of names) {
      const differences = data.verify(each, hashFile);
      if (differences === undefined) throw notRegistered(data, each);
      const { missing, changed, unreadable } = differences;
      const bad = [
        ...missing.map((file) => `missing  ${file}`),
        ...changed.map((file) => `changed  ${file}`),
        ...unreadable.map(({ file, reason }) => `unreadable  ${file}: ${reason}`),
      ];
      intact &&= bad.length === 0;
      if (bad.length === 0) {
        io.out.write(`${each}: intact\n`);
        continue;
      }
      const folder = data.list().find((entry) => entry.name === each)?.path ?? '';
      const verdict = existsSync(folder)
        ? `${formatCount(bad.length, 'file')} ${bad.length === 1 ? 'differs' : 'differ'}`
        : `its folder ${folder} is gone`;
      const shown = existsSync(folder) ? bad.slice(0, shownFiles) : [];
      const rest = bad.length - shown.length;
      io.out.write(`${each}: ${red(verdict)}\n${shown.map((line) => `  ${line}\n`).join('')}`);
      if (shown.length > 0 && rest > 0) io.out.write(`  and ${rest} more\n`);
      io.out.write(`  Restore them, or register what is there: affekt data add ${each} FOLDER\n`);
    }
    return intact ? exitCode.ok : exitCode.negative;
  });
}

export function removeCorpus(store: string, name: string, io: Io): Promise<number> {
  return guard(() => {
    const data = openDataStore(store);
    if (!data.remove(name)) throw notRegistered(data, name);
    io.out.write(`${name} is forgotten; files that were registered in place stay where they are\n`);
    return exitCode.ok;
  });
}

function notRegistered(data: DataStore, name: string): UsageError {
  const near = nearest(
    name,
    data.list().map((entry) => entry.name),
  );
  const suggestion = near === undefined ? '' : `; did you mean ${near}?`;
  return new UsageError(
    `"${name}" is not registered${suggestion}`,
    'affekt data list shows what is.',
  );
}
