import type { Records } from '../../engine/cache/records.ts';
import { diffKeys, recordedKeyData } from '../../engine/plan/key-diff.ts';
import type { RunTask, TaskRecord } from '../../engine/record/types.ts';
import { UsageError } from '../command.ts';
import { stageOf } from '../stage-of.ts';
import { wordChange } from '../words.ts';

/**
 * Refuses features that another version of a stage made than the training clips went through: by the records
 * of both, apart from what they were made of.
 * @param made stages of the new run by address of the recorded ones
 */
export function requireSameMaking(
  made: ReadonlyMap<string, string>,
  before: readonly RunTask[],
  now: readonly RunTask[],
  records: Records,
): void {
  for (const [recorded, stage] of made) {
    const [was, is] = [recordOf(recorded, before, records), recordOf(stage, now, records)];
    // Clips that are chosen, joined or altered for training pass by: then another stage stands in its place.
    if (was === undefined || is === undefined || was.kind !== is.kind || was.kind === 'fetch') {
      continue;
    }
    const apart = diffKeys(recordedKeyData(was), recordedKeyData(is)).filter(
      ({ field }) => !/^(input|names of|items)\b/.test(field),
    );
    const [first] = apart;
    if (first === undefined) continue;
    throw new UsageError(
      `${recorded} is not what it was when the models were trained: ${apart.map(wordChange).join(', ')}`,
      'Run the experiment again, then predict.',
    );
  }
}

function recordOf(
  stage: string,
  tasks: readonly RunTask[],
  records: Records,
): TaskRecord | undefined {
  const task = tasks.find(({ address }) => stageOf(address) === stage);
  return task && records.read(task.key);
}
