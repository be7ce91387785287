import { readCorpus, type Utterance } from '../artifacts/corpus.ts';
import type { Digest } from '../engine/digest.ts';
import { some } from './consumption.ts';
import type { Findings } from './findings.ts';
import { type AuditTask, inputsOf, type Lineage } from './lineage.ts';

/**
 * A stage of its own that changes labels must do so by a rule on labels: every clip of one emotion gets the
 * same new one. Clip by clip the truth could be bent towards what a model says. What it leaves out is noted.
 */
export function checkLabels(task: AuditTask, lineage: Lineage, findings: Findings): void {
  const before = corporaIn(inputsOf(task), lineage);
  const after = corporaIn(
    Object.values(task.record.outputs).map(({ digest }) => digest),
    lineage,
  );
  if (before.size === 0 || after.size === 0) return;
  const names = new Map<string, Map<string, string[]>>();
  for (const [id, { emotion }] of after) {
    const old = before.get(id)?.emotion;
    if (old === undefined) continue;
    const renamed = names.get(old) ?? new Map<string, string[]>();
    renamed.set(emotion, [...(renamed.get(emotion) ?? []), id]);
    names.set(old, renamed);
  }
  for (const [old, renamed] of names) {
    if (renamed.size < 2) continue;
    const [, ...fewer] = [...renamed].sort(([, a], [, b]) => b.length - a.length);
    const ids = fewer.flatMap(([, own]) => own).sort();
    const message = `changed the label of ${ids.length} clips of ${old} one by one (${some(ids)}): nothing shows by what rule`;
    findings.add('unverifiable', 'labels', task.address, message);
  }
  const dropped = [...before.keys()].filter((id) => !after.has(id)).sort();
  if (dropped.length > 0) {
    const message = `leaves out ${dropped.length} of ${before.size} clips (${some(dropped)})`;
    findings.add('note', 'dropped', task.address, message);
  }
}

function corporaIn(digests: readonly Digest[], lineage: Lineage): ReadonlyMap<string, Utterance> {
  return new Map(
    digests.flatMap((digest) => {
      const files = lineage.artifact(digest);
      if (files?.type !== 'corpus') return [];
      return readCorpus(files).utterances.map((one) => [one.id, one] as const);
    }),
  );
}
