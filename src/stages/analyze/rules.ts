import type { Finding } from '../../artifacts/analysis.ts';
import type { CorpusInfo } from '../../artifacts/corpus.ts';
import type { ClipRow } from './clip-row.ts';
import type { Duplicate } from './duplicates.ts';
import { clipFindings } from './rules/clips.ts';
import { designFindings } from './rules/design.ts';
import { recordingFindings } from './rules/recording.ts';

export interface Evidence {
  readonly info: CorpusInfo;
  readonly rows: readonly ClipRow[];
  readonly duplicates: readonly Duplicate[];
}

/** Everything that the rules find, warnings first. No rule knows a corpus by name. */
export function findAll(evidence: Evidence): readonly Finding[] {
  const all = [
    ...recordingFindings(evidence),
    ...designFindings(evidence),
    ...clipFindings(evidence),
  ];
  return all.sort((a, b) => Number(b.level === 'warning') - Number(a.level === 'warning'));
}
