import { numberWithProtocol } from '../artifacts/stated-number.ts';
import { isEvicted, lost } from '../engine/cache/evicted.ts';
import type { Digest } from '../engine/digest.ts';
import type { RunOutputs, RunTask, TaskRecord } from '../engine/record/types.ts';
import { checkAncestry, sawPredictions } from './check-ancestry.ts';
import { checkNumbers, type ScoredSet } from './check-numbers.ts';
import { checkObjects } from './check-objects.ts';
import { checkPlacement, type Known } from './check-placement.ts';
import { checkChosenBy, checkTrials, judgedBy } from './check-search.ts';
import { checkUnit } from './check-unit.ts';
import { type ClipTable, clipTables } from './clip-facts.ts';
import { opened, shared, some } from './consumption.ts';
import { FeatureSounds } from './feature-sounds.ts';
import { Findings } from './findings.ts';
import { type AuditTask, inputDigests, inputsOf, Lineage, type ObjectPaths } from './lineage.ts';
import { isForeign, otherOutputs } from './recorded.ts';
import { Recordings } from './recordings.ts';
import type { AuditReport, FoldFacts, SetReport } from './types.ts';
import { type Unit, unitsOf } from './units.ts';

export interface AuditedRun {
  readonly id: string;
  readonly tasks: readonly RunTask[];
  /** What its stages gave when it ran. */
  readonly outputs: RunOutputs;
  /** Files of a pack that are not as they were packed. */
  readonly damaged?: readonly string[];
}

/** Where records and bytes are: a cache, or a pack. */
export interface AuditSources {
  readonly paths: ObjectPaths;
  readonly records: { read(key: Digest): TaskRecord | undefined };
  /** Kinds of the release. */
  readonly kinds: ReadonlySet<string>;
  /** What became of bytes that are not there, to follow `was`. */
  readonly gone: string;
}

/**
 * Answers from the records of a run alone whether its numbers are what they say: which clips the whole
 * ancestry of each number opened to fit, to choose and to score, whether the predictions give the number,
 * and whether every byte is the one that was recorded. Reads only; needs neither the sound files of the
 * corpus nor a network.
 */
export function auditRun(
  run: AuditedRun,
  { paths, records, kinds, gone }: AuditSources,
): AuditReport {
  const findings = new Findings();
  for (const file of run.damaged ?? []) {
    const message = 'is gone from the pack, or not what was packed';
    findings.add('damaged', file, file, message);
  }
  const tasks = run.tasks.flatMap(({ address, key, kind }): readonly AuditTask[] => {
    const record = records.read(key);
    if (record === undefined) {
      const message = `the record of this ${kind} task ${lost}`;
      findings.add('unverifiable', 'record', address, message);
      return [];
    }
    return [{ address, record, foreign: isForeign(record, kinds) }];
  });
  const { objects, missing } = checkObjects(tasks, paths, findings);
  const report = { format: 'affekt.audit/1', run: run.id } as const;
  const checked = { tasks: tasks.length, objects, missing };
  // Damaged bytes have nothing to say.
  if (findings.verdict() === 'damaged') {
    return { ...report, verdict: 'damaged', sets: [], findings: findings.list(), checked };
  }
  const lineage = new Lineage(tasks, paths);
  const isMade = (_: string, __: string, digest: Digest): boolean =>
    lineage.producer(digest) !== undefined;
  for (const { address, port } of otherOutputs(run.outputs, isMade)) {
    const message = `gave another ${port} in this run than its records name now: it was made again since`;
    findings.add('wrong', `outputs ${port}`, address, message);
  }
  const sets: SetReport[] = [];
  let known: Known | undefined;
  for (const task of tasks) {
    const evaluates = Object.values(task.record.outputs).some(({ type }) => type === 'evaluation');
    if (!evaluates) continue;
    try {
      known ??= knownOf(lineage);
      for (const scored of checkNumbers(task, lineage, findings)) {
        sets.push(checkSet(scored, known, findings));
      }
    } catch (error) {
      const why = isEvicted(error) ? `a file of it was ${gone}` : (error as Error).message;
      const message = `cannot be checked: ${why}`;
      findings.add('unverifiable', 'unreadable', task.address, message);
    }
  }
  if (sets.length === 0) {
    findings.add('unverifiable', 'no-set', run.id, 'this run scored no set of models');
  }
  return { ...report, verdict: findings.verdict(), sets, findings: findings.list(), checked };
}

/** Throws where a table of a corpus is gone. */
function knownOf(lineage: Lineage): Known {
  const recordings = new Recordings(lineage);
  return { lineage, recordings, features: new FeatureSounds(lineage, recordings) };
}

function checkSet(scored: ScoredSet, known: Known, findings: Findings): SetReport {
  const { lineage, recordings } = known;
  const { set, metrics, models } = scored;
  const ancestry = lineage.ancestors([models]);
  const tables = clipTables(lineage.corpora(ancestry), recordings);
  const { units, between } = unitsOf(
    models,
    set.protocol.role ?? 'test',
    lineage,
    scored.evaluation.address,
  );
  for (const unit of units) {
    checkUnit(unit, { tables, recordings }, findings);
    checkPlacement(unit, known, findings);
    checkAncestry(unit, known, findings);
    checkChosenBy(unit, lineage, findings);
  }
  for (const task of between) {
    if (!task.foreign && task.record.kind === 'collect-search')
      checkTrials(task, lineage, findings);
  }
  checkChoice(between, lineage, findings);
  checkScoredOnce(scored, units, lineage, findings);
  const folds = units.map((unit) => factsOf(unit, tables, lineage));
  for (const [index, { task, protocol }] of units.entries()) {
    const both = shared(folds[index]?.speakers ?? [], new Set(protocol.development ?? []));
    if (both.length === 0) continue;
    const message = `scores ${some(both)}, of whom the protocol says that they served to choose and are not scored`;
    findings.add('leak', 'development', task.address, message);
  }
  const { sentence, stamps } = numberWithProtocol(set, metrics);
  for (const stamp of stamps) {
    findings.add('note', `stamp ${stamp}`, set.name, `is stamped "${stamp}"`);
  }
  return {
    ...{ name: set.name, sentence, ancestry: ancestry.length },
    optimistic: stamps.includes('optimistic'),
    folds,
  };
}

/** Schemes that score every clip of the corpus in exactly one fold. */
const everyClip = new Set([
  'stratified-k-fold',
  'stratified-group-k-fold',
  'leave-one-speaker-out',
  'leave-one-text-out',
]);

/** A scheme that scores every clip once must have done so; altered copies are never scored. */
function checkScoredOnce(
  { set, evaluation }: ScoredSet,
  units: readonly Unit[],
  lineage: Lineage,
  findings: Findings,
): void {
  const { protocol } = set;
  if (protocol.role === 'validate') return;
  const whole = units.filter(({ enrolled, fold }) => !enrolled && fold !== null);
  const folds = new Set(whole.map(({ fold }) => fold)).size;
  if (!everyClip.has(protocol.scheme) || whole.length < units.length) return;
  // A quick look trains fewer folds, and is stamped.
  if (units.some((unit) => unit.protocol.folds !== folds)) return;
  const [corpus] = inputDigests(evaluation, 'corpus');
  const table = corpus === undefined ? undefined : lineage.corpus(corpus);
  if (table === undefined) return;
  const scored = new Set(whole.flatMap((unit) => unit.scored));
  // Speakers that something was chosen by are not scored, and the protocol says so.
  const aside = new Set(units.flatMap((unit) => unit.protocol.development ?? []));
  const missing = table.utterances.filter(
    ({ id, source, speaker }) => source === '' && !aside.has(speaker) && !scored.has(id),
  );
  if (missing.length > 0) {
    const ids = missing.map(({ id }) => id);
    const message = `the protocol is ${protocol.scheme}, but ${ids.length} clips of the corpus are scored in no fold (${some(ids)})`;
    findings.add('wrong', 'never-scored', set.name, message);
  }
  const seen = new Map<string, number | null>();
  for (const { fold, seed, scored: ids } of whole) {
    for (const id of ids) {
      const key = `${seed} ${id}`;
      const other = seen.get(key);
      seen.set(key, fold);
      if (other === undefined || other === fold) continue;
      const message = `"${id}" is scored in fold ${other} and in fold ${fold}, and counts twice`;
      findings.add('wrong', 'scored-twice', set.name, message);
    }
  }
}

/** What joins corpus, split and folds: nobody may have picked clips by looking at them. */
function checkChoice(between: readonly AuditTask[], lineage: Lineage, findings: Findings): void {
  for (const task of lineage.ancestors(between.flatMap(inputsOf))) {
    const types = Object.values(task.record.outputs).map(({ type }) => type);
    if (!task.foreign || !types.some((type) => type === 'split' || type === 'corpus')) continue;
    const looked = task.record.consumed.length > 0;
    if (sawPredictions(task, lineage)) {
      const message = 'chose the clips that are scored with predictions in sight';
      findings.add('leak', 'choice', task.address, message);
    } else if (looked) {
      const message = 'opened clips when it chose which of them are scored';
      findings.add('unverifiable', 'choice', task.address, message);
    }
  }
}

function factsOf(unit: Unit, [nearest]: readonly ClipTable[], lineage: Lineage): FoldFacts {
  const { record } = unit.task;
  const speakers = unit.scored.flatMap((id) => {
    const sound = unit.sounds.get(id);
    return (sound && nearest?.(id, sound)?.speaker) ?? [];
  });
  return {
    fold: unit.fold,
    seed: unit.seed,
    fit: opened(record, 'fit').size,
    validate: opened(record, 'validate').size,
    test: unit.role === 'test' ? unit.scored.length : 0,
    choice: unit.chosenBy === undefined ? null : judgedBy(unit.chosenBy, lineage).size,
    speakers: [...new Set(speakers)].sort(),
  };
}
