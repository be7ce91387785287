import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { RemoteFile } from './remote-file.ts';

/** A hidden file: what lies in it is no part of the corpus. */
const marker = '.revision';

/**
 * Readies a folder for the files of a revision: what the source no longer has goes, and where a branch has
 * moved so does what no checksum can tell from its new content.
 *
 * @param owned whether a path may be removed: it is a recording, so it came from the source
 */
export function enterRevision(
  folder: string,
  files: readonly RemoteFile[],
  revision: string | null,
  owned: (path: string) => boolean,
): void {
  const path = join(folder, marker);
  const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  const moved = before !== undefined && before !== (revision ?? '');
  const listed = new Map(files.map((file) => [file.path, file]));
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const place = name
      .split(sep)
      .join('/')
      .replace(/\.part(\.tag)?$/, '');
    if (!owned(place)) continue;
    const file = listed.get(place);
    const known = file !== undefined && (file.sha256 ?? file.md5) !== undefined;
    if (file === undefined || (moved && !known)) rmSync(join(folder, name));
  }
  writeFileSync(path, revision ?? '');
}
