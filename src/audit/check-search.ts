import { isOptimistic } from '../artifacts/models.ts';
import { readScore } from '../artifacts/score.ts';
import type { Digest } from '../engine/digest.ts';
import { opened, shared, some } from './consumption.ts';
import type { Findings } from './findings.ts';
import { type AuditTask, inputsOf, type Lineage } from './lineage.ts';
import { scoredTrials, type Unit } from './units.ts';

/** Params that a search chose: no trial that it chose by may have opened what is scored. */
export function checkChosenBy(unit: Unit, lineage: Lineage, findings: Findings): void {
  // One that chose on the scored clips is stamped.
  if (unit.chosenBy === undefined || isOptimistic(unit)) return;
  const scored = new Set(unit.scored);
  const known = new Map<Digest, AuditTask | null>();
  for (const score of unit.chosenBy) {
    const task = openerOf(score, { scored, lineage, known });
    if (task === null) continue;
    const both = openedOf(task, scored);
    const message = `was chosen by a search that opened ${both.length} of the ${scored.size} clips it scores (${some(both)}), in ${task.address}`;
    findings.add('leak', 'search', unit.task.address, message);
    return;
  }
}

interface Search {
  readonly scored: ReadonlySet<string>;
  readonly lineage: Lineage;
  /** What is known already; a digest that is being looked at has itself as its maker. */
  readonly known: Map<Digest, AuditTask | null>;
}

/**
 * A task that opened a scored clip on the way to these bytes, in each way that the records know of; null where
 * one of them is free of it. Models that say the same of the same clips are the same bytes, whatever they were trained on.
 */
function openerOf(digest: Digest, search: Search): AuditTask | null {
  const before = search.known.get(digest);
  if (before !== undefined) return before;
  let found: AuditTask | null = null;
  for (const task of search.lineage.producers(digest)) {
    search.known.set(digest, task);
    const culprit =
      openedOf(task, search.scored).length > 0
        ? task
        : inputsOf(task)
            .map((input) => openerOf(input, search))
            .find((one) => one !== null);
    if (culprit === undefined) {
      found = null;
      break;
    }
    found ??= culprit;
  }
  search.known.set(digest, found);
  return found;
}

function openedOf({ record }: AuditTask, scored: ReadonlySet<string>): readonly string[] {
  for (const role of ['fit', 'validate', 'test'] as const) {
    const both = shared(opened(record, role), scored);
    if (both.length > 0) return both;
  }
  return [];
}

/** The clips that trials were judged by. */
export function judgedBy(scores: readonly Digest[], lineage: Lineage): ReadonlySet<string> {
  return new Set(lineage.ancestors(scores).flatMap(({ record }) => [...opened(record, 'test')]));
}

/** What a search says of its trials against the scores it was given, and its choice against both. */
export function checkTrials(task: AuditTask, lineage: Lineage, findings: Findings): void {
  const trials = scoredTrials(task);
  for (const { trial, state, value, score } of trials) {
    const files = lineage.artifact(score);
    if (files === undefined || state !== 'complete' || readScore(files).value === value) continue;
    const message = `says that trial ${trial} reached ${value}, and its score is ${readScore(files).value}`;
    findings.add('wrong', 'trial', task.address, message);
  }
  const searches = task.record.params['searches'] as readonly {
    readonly outer?: number | null;
    readonly winner: number;
  }[];
  for (const { outer = null, winner } of searches) {
    const own = trials.filter((one) => one.outer === outer && one.state === 'complete');
    const best = Math.max(...own.map(({ value }) => value ?? Number.NEGATIVE_INFINITY));
    if (own.find(({ value }) => value === best)?.trial === winner) continue;
    const message = `chose trial ${winner}${outer === null ? '' : ` of outer fold ${outer}`}, which is not the best one`;
    findings.add('wrong', 'choice', task.address, message);
  }
}
