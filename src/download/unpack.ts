import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { DownloadError } from './download-error.ts';
import { guardOf, outside } from './unpack-guard.ts';
import { untar } from './untar.ts';
import { unzip } from './unzip.ts';

export interface UnpackOptions {
  /** Which members are wanted, by `/`-separated path. */
  readonly wants: (path: string) => boolean;
  readonly signal: AbortSignal;
  /** Called after each file that was written. */
  readonly wrote?: (path: string, bytes: number) => void;
}

/**
 * Unpacks the wanted regular files of a zip, tar or tar.gz below a folder; which of them it is, its
 * bytes say. Names that lead out of the folder, and archives that grow beyond reason, are refused;
 * links and devices are never made. Returns how many files were written.
 */
export async function unpack(
  archive: string,
  folder: string,
  options: UnpackOptions,
): Promise<number> {
  const guard = guardOf(folder, statSync(archive).size, options);
  try {
    switch (formatOf(archive)) {
      case 'zip':
        await unzip(archive, guard);
        break;
      case 'tar':
        await untar(createReadStream(archive), guard);
        break;
      case 'gzip':
        await untar(createReadStream(archive).pipe(createGunzip()), guard);
        break;
      case undefined:
        throw new DownloadError(`${archive} is neither a zip nor a tar file`, {
          hint: 'Unpack it yourself and give affekt the folder.',
        });
    }
  } catch (error) {
    options.signal.throwIfAborted();
    const { code, message } = error as NodeJS.ErrnoException;
    // yauzl checks names itself.
    if (/^(invalid relative path|absolute path|invalid characters)/.test(message))
      throw outside(message);
    // The disk's errors have words of their own.
    if (error instanceof DownloadError || /^E[A-Z]+$/.test(code ?? '')) throw error;
    throw new DownloadError(`${archive} is damaged: ${message}`, {
      hint: 'Delete it, and get it again.',
    });
  }
  return guard.written();
}

function formatOf(path: string): 'zip' | 'tar' | 'gzip' | undefined {
  const fd = openSync(path, 'r');
  try {
    const head = Buffer.alloc(512);
    const block = head.subarray(0, readSync(fd, head, 0, head.length, 0));
    if (block.subarray(0, 2).toString('latin1') === 'PK') return 'zip';
    if (block[0] === 0x1f && block[1] === 0x8b) return 'gzip';
    if (block.subarray(257, 262).toString('latin1') === 'ustar') return 'tar';
    return undefined;
  } finally {
    closeSync(fd);
  }
}
