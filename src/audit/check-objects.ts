import type { Digest } from '../engine/digest.ts';
import type { Findings } from './findings.ts';
import type { AuditTask, ObjectPaths } from './lineage.ts';
import { bytesAt } from './recorded.ts';

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
        const bytes = bytesAt(paths.object(digest), digest);
        done.set(digest, bytes === 'same');
        if (bytes === 'gone') missing++;
        if (bytes !== 'other') continue;
        const message = `${file} (object ${digest.slice(0, 12)}) no longer has the bytes that were recorded`;
        findings.add('damaged', digest, address, message);
      }
    }
  }
  return { objects: done.size - missing, missing };
}
