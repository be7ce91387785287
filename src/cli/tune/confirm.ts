import type { Host } from '../../engine/host.ts';
import type { PlannedStage } from '../../engine/plan/types.ts';
import { formatSeconds } from '../../report/format.ts';
import { UsageError } from '../command.ts';
import type { Opened } from '../open-experiment.ts';
import { costWords, secondsLeft, statusOf } from './status.ts';

/** Of each search of a plan that still has trials to make: how long they take, and how much room. */
export function searchCosts(
  stages: readonly PlannedStage[],
  host: Host,
): readonly { readonly stage: PlannedStage; readonly cost: string }[] {
  return stages.flatMap((stage) => {
    if (stage.kind !== 'tune' || stage.status === 'cached') return [];
    const status = statusOf(stage, stages, host);
    if (typeof status === 'string') return [];
    const cost = costWords(status) ?? 'no training of it has been timed yet';
    return [{ stage, cost }];
  });
}

/**
 * Tells what the searches of an experiment will cost. Throws `UsageError` for one that is expected to take
 * longer than the configuration allows unasked.
 */
export function confirmSearches(
  stages: readonly PlannedStage[],
  { host, config }: Pick<Opened, 'host' | 'config'>,
  { confirmed, tell }: { readonly confirmed: boolean; readonly tell: (line: string) => void },
): void {
  for (const { stage, cost } of searchCosts(stages, host)) {
    tell(`${stage.address}: ${stage.note ?? 'a search'}; ${cost}`);
  }
  const limit = config.settings['tune.confirm_above_hours'];
  if (confirmed || limit === null) return;
  for (const stage of stages) {
    if (stage.kind !== 'tune') continue;
    const status = statusOf(stage, stages, host);
    const seconds = typeof status === 'string' ? undefined : secondsLeft(status);
    if (seconds === undefined || seconds <= limit * 3600) continue;
    throw new UsageError(
      `${stage.address} takes about ${formatSeconds(seconds)} on ${host.jobs} jobs (${stage.note}), and tune.confirm_above_hours is ${limit}`,
      'Add --yes to start it, or take fewer trials.',
    );
  }
}
