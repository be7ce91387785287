import { CachePaths } from '../../engine/cache/paths.ts';
import { Records } from '../../engine/cache/records.ts';
import type { Host } from '../../engine/host.ts';
import type { PlannedStage } from '../../engine/plan/types.ts';
import type { Progress } from '../../stages/tune/tune.ts';
import type { TuneStatus } from './status-text.ts';

/** What the replay of a search told; its address where it has not come so far. */
export function statusOf(
  { address, told, tasks }: PlannedStage,
  stages: readonly PlannedStage[],
  { folders, jobs }: Pick<Host, 'folders' | 'jobs'>,
): TuneStatus | string {
  if (told === undefined) return address;
  const { target } = told as unknown as Progress;
  const records = new Records(new CachePaths(folders.cache));
  const own = tasks.filter(({ address: task }) => /[[,]trial=\d+,fold=/.test(task));
  // Before the first trial a fold of the target by itself is the best guess.
  const plain = stages.find((stage) => stage.address === target)?.tasks ?? [];
  const ofTrials =
    own.length > 0 ? own : plain.filter(({ address: task }) => task.includes('fold='));
  const seconds = ofTrials.map(({ status, key, estimate = 0 }) =>
    status === 'cached' ? (records.read(key)?.runtime.seconds ?? 0) : estimate,
  );
  const folds = new Set(ofTrials.map(({ address: task }) => /^[^/]*fold=\d+/.exec(task)?.[0])).size;
  const sum = seconds.reduce((total, one) => total + one, 0);
  return {
    ...(told as unknown as Progress),
    ...{ address, jobs },
    secondsPerFold: folds === 0 || sum === 0 ? undefined : sum / folds,
  };
}

/** Seconds until all trials have ended; trials that end early take less. Undefined where nothing tells. */
export function secondsLeft(status: TuneStatus): number | undefined {
  const { searches, trials, ended, folds, secondsPerFold, jobs } = status;
  const left = Math.max(0, searches * trials - ended.length);
  return secondsPerFold === undefined ? undefined : (left * folds * secondsPerFold) / jobs;
}
