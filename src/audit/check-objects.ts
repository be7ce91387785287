import { existsSync } from 'node:fs';
import { hashFile } from '../engine/cache/hash-file.ts';
import type { Digest } from '../engine/digest.ts';
import type { Findings } from './findings.ts';
import type { AuditTask, ObjectPaths } from './lineage.ts';

/** Hashes every object that these tasks made, whatever any memo says. */
export function checkObjects(
  tasks: readonly AuditTask[],
  paths: ObjectPaths,
  findings: Findings,
): { readonly objects: number; readonly missing: number } {
  const done = new Map<Digest, boolean>();
  let missing = 0;
  for (const { address, record } of tasks) {
    for (const { files } of Object.values(record.outputs)) {
      for (const [file, digest] of Object.entries(files)) {
        if (done.has(digest)) continue;
        const path = paths.object(digest);
        if (!existsSync(path)) {
          missing++;
          done.set(digest, false);
          continue;
        }
        const whole = hashFile(path) === digest;
        done.set(digest, whole);
        if (whole) continue;
        const message = `${file} (object ${digest.slice(0, 12)}) no longer has the bytes that were recorded`;
        findings.add('damaged', digest, address, message);
      }
    }
  }
  return { objects: done.size - missing, missing };
}
