import type { Utterance } from '../artifacts/corpus.ts';
import type { Digest } from '../engine/digest.ts';
import { groupBy } from '../util/group-by.ts';
import { some } from './consumption.ts';
import type { Findings } from './findings.ts';
import { type AuditTask, inputsOf, type Lineage } from './lineage.ts';

/**
 * A stage of its own that changes labels must do so by a rule on labels: every clip of one emotion gets the
 * same new one. Clip by clip the truth could be bent towards what a model says. A clip is the sound that it
 * is: another id for it, or its sound under the id of another clip, hides nothing. Where the sound is new,
 * the id or the source says which clip it is. What a stage leaves out is noted.
 */
export function checkLabels(task: AuditTask, lineage: Lineage, findings: Findings): void {
  const before = clipsIn(inputsOf(task), lineage);
  const after = clipsIn(
    Object.values(task.record.outputs).map(({ digest }) => digest),
    lineage,
  );
  if (before.length === 0 || after.length === 0) return;
  const byAudio = groupBy(before, ({ audio }) => audio);
  const byId = groupBy(before, ({ id }) => id);
  const kept = new Set<string>();
  const strange: string[] = [];
  const names = new Map<string, Map<string, string[]>>();
  for (const { id, audio, source, emotion } of after) {
    const was = byAudio.get(audio) ?? byId.get(id) ?? byId.get(source);
    if (was === undefined) {
      strange.push(id);
      continue;
    }
    for (const one of was) kept.add(one.id);
    const old = (was.find((one) => one.emotion === emotion) ?? was[0])?.emotion ?? '';
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
  if (strange.length > 0) {
    const message = `gives ${strange.length} clips of which neither sound, id nor source was known before (${some(strange.sort())}): nothing shows whose labels they have`;
    findings.add('unverifiable', 'strangers', task.address, message);
  }
  const dropped = before.map(({ id }) => id).filter((id) => !kept.has(id));
  if (dropped.length > 0) {
    const message = `leaves out ${dropped.length} of ${before.length} clips (${some(dropped.sort())})`;
    findings.add('note', 'dropped', task.address, message);
  }
}

function clipsIn(digests: readonly Digest[], lineage: Lineage): readonly Utterance[] {
  const clips = digests.flatMap((digest) => lineage.corpus(digest)?.utterances ?? []);
  return [...new Map(clips.map((one) => [`${one.id} ${one.audio}`, one])).values()];
}
