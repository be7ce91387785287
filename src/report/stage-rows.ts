import type { StageRow } from './report-data.ts';

/** Tasks of a run, summed by the stage they belong to, in the order they come. */
export function stageRows(
  tasks: readonly {
    readonly address: string;
    readonly cached: boolean;
    readonly seconds: number;
  }[],
  stageOf: (address: string) => string,
): readonly StageRow[] {
  const rows = new Map<
    string,
    { address: string; tasks: number; cached: number; seconds: number }
  >();
  for (const task of tasks) {
    const address = stageOf(task.address);
    const row = rows.get(address) ?? { address, tasks: 0, cached: 0, seconds: 0 };
    rows.set(address, row);
    row.tasks++;
    if (task.cached) row.cached++;
    else row.seconds += task.seconds;
  }
  return [...rows.values()];
}
