import { planExperiment } from '../../engine/engine.ts';
import type { Selection } from '../../engine/host.ts';
import { formatSeconds } from '../../report/format.ts';
import { UsageError } from '../command.ts';
import type { Opened } from '../open-experiment.ts';
import { secondsLeft, statusOf } from './status.ts';

/** Throws `UsageError` for a search that is expected to take longer than the configuration allows unasked. */
export async function confirmSearches(
  { host, config, experiment }: Opened,
  selection: Selection,
): Promise<void> {
  const limit = config.settings['tune.confirm_above_hours'];
  if (limit === null || experiment.spec.stages.every(({ uses }) => uses !== 'tune')) return;
  const planned = await planExperiment(host, experiment, selection);
  if (!planned.ok) return;
  for (const stage of planned.value.stages) {
    if (stage.kind !== 'tune') continue;
    const status = statusOf(stage, planned.value.stages, host);
    const seconds = typeof status === 'string' ? undefined : secondsLeft(status);
    if (seconds === undefined || seconds <= limit * 3600) continue;
    throw new UsageError(
      `${stage.address} takes about ${formatSeconds(seconds)} on ${host.jobs} jobs (${stage.note}), and tune.confirm_above_hours is ${limit}`,
      'Add --yes to start it, or take fewer trials.',
    );
  }
}
