import { statSync } from 'node:fs';
import { CachePaths } from '../../engine/cache/paths.ts';
import { Records } from '../../engine/cache/records.ts';
import type { Digest } from '../../engine/digest.ts';
import type { Host } from '../../engine/host.ts';
import type { PlannedStage } from '../../engine/plan/types.ts';
import { formatBytes, formatSeconds } from '../../report/format.ts';
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
  const paths = new CachePaths(folders.cache);
  const records = new Records(paths);
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
  const bytes = new Map(ofTrials.flatMap(({ key }) => outputsOf(records, paths, key)));
  const stored = [...bytes.values()].reduce((total, one) => total + one, 0);
  return {
    ...(told as unknown as Progress),
    ...{ address, jobs },
    secondsPerFold: folds === 0 || sum === 0 ? undefined : sum / folds,
    bytesPerFold: folds === 0 || stored === 0 ? undefined : stored / folds,
  };
}

/** Objects that a task left in the cache, with their sizes; what several tasks share counts once. */
function outputsOf(
  records: Records,
  paths: CachePaths,
  key: Digest,
): readonly (readonly [Digest, number])[] {
  const outputs = Object.values(records.read(key)?.outputs ?? {});
  return outputs
    .flatMap(({ files }) => Object.values(files))
    .map((digest) => {
      const size = statSync(paths.object(digest), { throwIfNoEntry: false })?.size ?? 0;
      return [digest, size] as const;
    });
}

/** Seconds until all trials have ended; trials that end early take less. Undefined where nothing tells. */
export function secondsLeft(status: TuneStatus): number | undefined {
  const { searches, trials, ended, folds, secondsPerFold, jobs } = status;
  const left = Math.max(0, searches * trials - ended.length);
  return secondsPerFold === undefined ? undefined : (left * folds * secondsPerFold) / jobs;
}

/** What the trials that are left cost if none ends early: `about 42 min on 2 jobs, 110 MB`. */
export function costWords(status: TuneStatus): string | undefined {
  const { searches, trials, ended, folds, bytesPerFold, jobs } = status;
  const left = Math.max(0, searches * trials - ended.length);
  const seconds = secondsLeft(status);
  if (left === 0 || seconds === undefined) return undefined;
  const disk = bytesPerFold === undefined ? '' : `, ${formatBytes(left * folds * bytesPerFold)}`;
  return `about ${formatSeconds(seconds)} on ${jobs} jobs${disk}`;
}
