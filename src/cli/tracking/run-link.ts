import { readRun } from '../../engine/record/runs.ts';
import { uidOf } from '../../tracking/layout/names.ts';
import type { Cursor } from '../../tracking/sync/cursor.ts';

/** The page of a run; the query asks for the view of experiments, not that of agents. */
export function runLink(folder: string, { server, experiment, runs }: Cursor): string | undefined {
  const info = readRun(folder)?.info;
  const run = info && runs[uidOf(info)];
  if (run === undefined || experiment.id === null) return undefined;
  return `${server}/#/experiments/${experiment.id}/runs/${run.id}?workflowType=machine_learning`;
}
