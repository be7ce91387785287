import type { HumanRate } from './entry.ts';
import { corpora } from './index.ts';

/** What was scored: all that tells whether a published rate is of the same clips. */
export interface ScoredCorpus {
  readonly name: string;
  readonly pinned: boolean;
  readonly altered?: true;
  readonly labels: readonly string[];
  readonly clips: number;
}

/**
 * What human listeners reach on a corpus. Only for the pinned corpus as a whole, with its own sound and label
 * set: on a selection, in noise, or on other classes, listeners reach something else.
 */
export function humanRate(scored: ScoredCorpus): HumanRate | undefined {
  const { name, pinned, altered, labels, clips } = scored;
  const entry = corpora[name];
  if (entry?.human === undefined || !pinned || altered) return undefined;
  const all = entry.recordings - Object.keys(entry.knownBad).length;
  const whole = clips === all && [...labels].sort().join('\n') === entry.labels.join('\n');
  return whole ? entry.human : undefined;
}
