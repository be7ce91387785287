import { existsSync } from 'node:fs';
import type { ArtifactFiles } from '../../engine/artifact.ts';
import type { RunView } from '../../engine/run-types.ts';
import type { Notices } from './notices.ts';

/** The file that an artifact of a type cannot be read without. */
const mainFiles = {
  evaluation: 'metrics.json',
  corpus: 'corpus.json',
  analysis: 'analysis.json',
  models: 'model.json',
  study: 'study.json',
} as const;

export interface FoundArtifact {
  readonly address: string;
  readonly files: ArtifactFiles;
}

/** Artifacts of a type among a run's outputs; those that the cache no longer has are noticed. */
export function artifactsOf(
  run: RunView,
  type: keyof typeof mainFiles,
  notices?: Notices,
): readonly FoundArtifact[] {
  const main = mainFiles[type];
  return Object.entries(run.outputs).flatMap(([address, ports]) =>
    Object.keys(ports).flatMap((port) => {
      const files = run.artifact(address, port);
      if (files?.type !== type) return [];
      const path = files.files[main] === undefined ? undefined : files.path(main);
      if (path !== undefined && existsSync(path)) return [{ address, files }];
      notices?.add(`${address}: ${main} is not in the cache any more`);
      return [];
    }),
  );
}

/** Outputs whose record is gone, so that nobody knows what they were. */
export function noticeLost(run: RunView, notices: Notices): void {
  for (const [address, ports] of Object.entries(run.outputs)) {
    for (const port of Object.keys(ports)) {
      if (run.artifact(address, port) === undefined) {
        notices.add(`${address}: the record of its ${port} is not in the cache any more`);
      }
    }
  }
}
