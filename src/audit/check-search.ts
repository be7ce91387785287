import { isOptimistic } from '../artifacts/models.ts';
import { readScore } from '../artifacts/score.ts';
import { opened, shared, some } from './consumption.ts';
import type { Findings } from './findings.ts';
import type { AuditTask, Lineage } from './lineage.ts';
import { scoredTrials, type Unit } from './units.ts';

/** Params that a search chose: no trial that it chose by may have opened what is scored. */
export function checkChosenBy(unit: Unit, lineage: Lineage, findings: Findings): void {
  // One that chose on the scored clips is stamped.
  if (unit.chosenBy === undefined || isOptimistic(unit)) return;
  const scored = new Set(unit.scored);
  for (const task of lineage.ancestors(unit.chosenBy)) {
    for (const role of ['fit', 'validate', 'test'] as const) {
      const both = shared(opened(task.record, role), scored);
      if (both.length === 0) continue;
      const message = `was chosen by a search that opened ${both.length} of the ${scored.size} clips it scores (${some(both)}), in ${task.address}`;
      findings.add('leak', 'search', unit.task.address, message);
      return;
    }
  }
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
