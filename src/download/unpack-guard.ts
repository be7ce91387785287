import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { leadsOut } from '../util/leads-out.ts';
import { DownloadError } from './download-error.ts';
import type { UnpackOptions } from './unpack.ts';

/** Sound shrinks to a half at best, silence to a thousandth: what is beyond this is a bomb. */
const mostGrowth = 200;
/** Below this many bytes nothing is a bomb. */
const alwaysFine = 100e6;
const mostMembers = 500_000;

/** What every member of an archive goes through on its way to the disk. */
export interface Guard {
  /** Whether a member is wanted. Throws for a name that leads out of the folder, and for too many members. */
  admits(path: string): boolean;
  /** Writes a member; with a CRC-32, its bytes are checked against it. */
  write(path: string, content: Readable, crc?: number): Promise<void>;
  written(): number;
}

export function guardOf(folder: string, packed: number, options: UnpackOptions): Guard {
  const most = Math.max(alwaysFine, packed * mostGrowth);
  let [members, bytes, files] = [0, 0, 0];
  return {
    admits(path) {
      options.signal.throwIfAborted();
      if (++members > mostMembers) {
        throw new DownloadError(`the archive has more than ${mostMembers} members`);
      }
      if (leadsOut(path)) throw outside(JSON.stringify(path));
      return options.wants(path);
    },
    async write(path, content, crc) {
      const target = join(folder, path);
      mkdirSync(dirname(target), { recursive: true });
      let sum = 0;
      let own = 0;
      const count = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          own += chunk.length;
          bytes += chunk.length;
          if (crc !== undefined) sum = crc32(chunk, sum);
          if (bytes <= most) done(null, chunk);
          else
            done(
              new DownloadError(`the archive unpacks to more than ${most} bytes`, {
                hint: 'It is no archive of recordings.',
              }),
            );
        },
      });
      await pipeline(content, count, createWriteStream(target), { signal: options.signal });
      if (crc !== undefined && sum !== crc) throw new Error(`${path} fails its checksum`);
      files++;
      options.wrote?.(path, own);
    },
    written: () => files,
  };
}

/** A member whose name leads out of the folder. */
export function outside(name: string): DownloadError {
  return new DownloadError(`the archive wants to write outside its folder: ${name}`, {
    hint: 'It is damaged or made to do harm: do not unpack it.',
  });
}
