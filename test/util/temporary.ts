import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];

/** A new empty folder whose name starts with `affekt-NAME-`. It goes when this process ends. */
export function temporaryFolder(name: string): string {
  if (folders.length === 0) {
    process.once('exit', () => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    });
  }
  const folder = mkdtempSync(join(tmpdir(), `affekt-${name}-`));
  folders.push(folder);
  return folder;
}
