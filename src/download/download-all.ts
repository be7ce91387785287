import { join } from 'node:path';
import PQueue from 'p-queue';
import { leadsOut } from '../util/leads-out.ts';
import { DownloadError } from './download-error.ts';
import { downloadFile } from './download-file.ts';
import type { RemoteFile } from './remote-file.ts';
import type { Tools } from './tools.ts';

/** Enough to fill a line, few enough not to be a burden. */
const atOnce = 6;

/** Brings all files into a folder, six at a time; the first that fails for good ends the others. */
export async function downloadAll(
  tools: Tools,
  files: readonly RemoteFile[],
  folder: string,
): Promise<void> {
  const failed = new AbortController();
  const inner: Tools = { ...tools, signal: AbortSignal.any([tools.signal, failed.signal]) };
  const sizes = files.map(({ size }) => size);
  let [done, bytes] = [0, 0];
  const report = (): void => {
    const known = sizes.every((size) => size !== undefined);
    const allBytes = known ? sizes.reduce((sum: number, size) => sum + (size ?? 0), 0) : null;
    tools.progress({ files: done, allFiles: files.length, bytes, allBytes });
  };
  report();
  const odd = files.find(({ path }) => leadsOut(path));
  if (odd !== undefined) {
    throw new DownloadError(
      `the source names a file outside of its folder (${JSON.stringify(odd.path)})`,
      {
        hint: 'Do not use this source.',
      },
    );
  }
  const queue = new PQueue({ concurrency: atOnce });
  const results = await Promise.allSettled(
    files.map((file, index) =>
      queue.add(async () => {
        inner.signal.throwIfAborted();
        try {
          await downloadFile(inner, file, join(folder, file.path), {
            add(n) {
              bytes += n;
              report();
            },
            size(n) {
              sizes[index] = n;
            },
          });
          done++;
          report();
        } catch (error) {
          failed.abort(error);
          throw error;
        }
      }),
    ),
  );
  tools.signal.throwIfAborted();
  if (results.some(({ status }) => status === 'rejected')) throw failed.signal.reason;
}
