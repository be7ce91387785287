import { writeSync } from 'node:fs';

/** Runs `work`; an error of the system without a path (a write, an fsync) gets this one, for the message. */
export function naming<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const system = error as NodeJS.ErrnoException;
    if (system.code !== undefined) system.path ??= path;
    throw error;
  }
}

/** Writes all bytes to an open file, however few the system takes at a time. */
export function writeAll(fd: number, path: string, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  naming(path, () => {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  });
}
