import { opened, some } from './consumption.ts';
import type { FeatureSounds } from './feature-sounds.ts';
import type { Findings } from './findings.ts';
import { inputsOf, type Lineage } from './lineage.ts';
import type { Recordings } from './recordings.ts';
import type { Unit } from './units.ts';

/**
 * The features that a training opens for a clip must be made of the recording that its corpus names. Giving a
 * clip the rows of another one makes no new content, and can make every clip look like its class.
 */
export function checkPlacement(
  unit: Unit,
  { lineage, recordings, features }: Known,
  findings: Findings,
): void {
  const roles = (['fit', 'validate', 'apply', 'test'] as const).flatMap((role) => [
    ...opened(unit.task.record, role),
  ]);
  const used = [...new Set([...roles, ...unit.scored])].sort();
  for (const digest of inputsOf(unit.task)) {
    if (lineage.artifact(digest)?.type !== 'features') continue;
    const sounds = features.of(digest);
    const moved = used.filter((id) => {
      const own = unit.sounds.get(id);
      if (own === undefined) return false;
      const held = sounds.get(id) ?? [];
      return held.some((sound) => recordings.origin(sound) !== recordings.origin(own));
    });
    const [first] = moved;
    if (first === undefined) continue;
    const mover = features.mover(digest, first);
    const message =
      mover === undefined
        ? `is given features of other recordings than its corpus names for ${moved.length} clips (${some(moved)})`
        : `gives ${moved.length} clips the features of other clips (${some(moved)})`;
    findings.add('leak', 'moved', (mover ?? unit.task).address, message);
  }
}

/** What is known of a run's sounds. */
export interface Known {
  readonly lineage: Lineage;
  readonly recordings: Recordings;
  readonly features: FeatureSounds;
}
