import { existsSync } from 'node:fs';
import type { ArtifactFiles } from '../../engine/artifact.ts';
import { lost } from '../../engine/cache/evicted.ts';
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

/** Artifacts of a type among a run's outputs, by its records alone. */
export function recordedArtifacts(
  run: RunView,
  type: keyof typeof mainFiles,
): readonly FoundArtifact[] {
  return Object.entries(run.outputs).flatMap(([address, ports]) =>
    Object.keys(ports).flatMap((port) => {
      const files = run.artifact(address, port);
      return files?.type === type ? [{ address, files }] : [];
    }),
  );
}

/** Those that the cache has; the others are noticed. */
export function artifactsOf(
  run: RunView,
  type: keyof typeof mainFiles,
  notices?: Notices,
): readonly FoundArtifact[] {
  const main = mainFiles[type];
  return recordedArtifacts(run, type).filter(({ address, files }) => {
    const found = files.files[main] !== undefined && existsSync(files.path(main));
    if (!found) notices?.addEvicted(`${address}: ${main}`);
    return found;
  });
}

/** Outputs whose record is gone, so that nobody knows what they were. */
export function noticeLost(run: RunView, notices: Notices): void {
  for (const [address, ports] of Object.entries(run.outputs)) {
    for (const port of Object.keys(ports)) {
      if (run.artifact(address, port) === undefined) {
        notices.addLost(`${address}: the record of its ${port} ${lost}`);
      }
    }
  }
}
