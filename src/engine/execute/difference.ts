import type { TaskRequest } from '../plan/request.ts';
import type { TaskRecord } from '../record/types.ts';
import type { Difference } from '../run-types.ts';

/** What an output of a task that was computed again has other than its record says. */
export function differenceOf(
  { address, kind }: TaskRequest,
  port: string,
  { standing, made }: { readonly standing: TaskRecord; readonly made: TaskRecord },
): Difference {
  const [before, after] = [standing, made].map(({ outputs }) => outputs[port]?.files ?? {});
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort();
  return {
    ...{ address, kind: kind.kind, port, keptOn: standing.runtime.cpu_class },
    files: names
      .map((file) => ({ file, kept: before?.[file], made: after?.[file] }))
      .filter((one) => one.kept !== one.made),
  };
}
