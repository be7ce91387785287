import { pathToFileURL } from 'node:url';
import type { StageKind } from '../stage.ts';
import type { Job } from './executor.ts';

/** Finds the kind of a job in the table, or in the bundle of an own stage. */
export async function jobKind(
  job: Job,
  kinds: Readonly<Record<string, StageKind>>,
): Promise<StageKind> {
  if (job.module !== null) {
    // Errors of own stages point into the user's file, not into the bundle.
    process.setSourceMapsEnabled(true);
    const loaded = (await import(pathToFileURL(job.module).href)) as Record<string, unknown>;
    for (const value of Object.values(loaded)) {
      if ((value as Partial<StageKind> | null)?.kind === job.kind) return value as StageKind;
    }
    throw new Error(`${job.module} exports no kind ${job.kind}`);
  }
  const kind = kinds[job.kind];
  if (kind === undefined) throw new Error(`no kind ${job.kind}`);
  return kind;
}
