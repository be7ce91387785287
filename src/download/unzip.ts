import { type Entry, open, type ZipFile } from 'yauzl';
import type { Guard } from './unpack-guard.ts';

/** Members of a zip file one after the other, each checked against its size and CRC-32. */
export async function unzip(archive: string, guard: Guard): Promise<void> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    // Names come raw: what they may not be is decided in one place, the guard.
    const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true };
    open(archive, options, (error, file) => (error ? reject(error) : resolve(file)));
  });
  try {
    for (;;) {
      const entry = await nextEntry(zip);
      if (entry === undefined) return;
      const path = entry.fileName.replaceAll('\\', '/');
      if (!guard.admits(path) || !isPlainFile(entry)) continue;
      if (entry.isEncrypted()) throw new Error(`${path} is encrypted`);
      const content = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
        zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
      });
      await guard.write(path, content as never, entry.crc32);
    }
  } finally {
    zip.close();
  }
}

function nextEntry(zip: ZipFile): Promise<Entry | undefined> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void): void => {
      zip.removeAllListeners();
      done();
    };
    zip.once('entry', (entry: Entry) => settle(() => resolve(entry)));
    zip.once('end', () => settle(() => resolve(undefined)));
    zip.once('error', (error: Error) => settle(() => reject(error)));
    zip.readEntry();
  });
}

/** Unix modes, where there are any: neither folder nor link nor device. */
function isPlainFile({ fileName, externalFileAttributes }: Entry): boolean {
  const kind = (externalFileAttributes >>> 16) & 0o170000;
  return !fileName.endsWith('/') && (kind === 0 || kind === 0o100000);
}
