import type { ArtifactFiles } from '../../engine/artifact.ts';
import { CachePaths } from '../../engine/cache/paths.ts';
import { Records } from '../../engine/cache/records.ts';
import type { Digest } from '../../engine/digest.ts';
import {
  readEvents,
  readOutputs,
  readTasks,
  type StoredRun,
  stateOf,
} from '../../engine/record/runs.ts';
import { standingFailures } from '../../engine/record/standing-failures.ts';
import type { RecordedOutput } from '../../engine/record/types.ts';
import type { ReportSource } from './read-report.ts';

export type StoredState = ReturnType<typeof stateOf>;

/** A run as its folder and the cache have it now. */
export function openStoredRun({ folder, info }: StoredRun, cachePath: string): ReportSource {
  const paths = new CachePaths(cachePath);
  const records = new Records(paths);
  const tasks = readTasks(folder);
  const events = readEvents(folder);
  const outputs = readOutputs(folder);
  const recorded = new Map<Digest, RecordedOutput>();
  for (const { key } of tasks) {
    for (const output of Object.values(records.read(key)?.outputs ?? {})) {
      recorded.set(output.digest, output);
    }
  }
  const ended = Date.parse(info.ended ?? '') || (events.at(-1)?.time ?? Date.parse(info.started));
  const cached = tasks.filter((task) => task.cached).length;
  return {
    ...{ folder, info, tasks, outputs, cached, ran: tasks.length - cached },
    state: stateOf(info),
    failures: standingFailures(events),
    seconds: Math.max(0, ended - Date.parse(info.started)) / 1000,
    artifact(address, port): ArtifactFiles | undefined {
      const output = recorded.get(outputs[address]?.[port] as Digest);
      return (
        output && {
          ...{ type: output.type, files: output.files },
          path(file) {
            const digest = output.files[file];
            if (digest === undefined) throw new Error(`${address} has no file ${file}`);
            return paths.object(digest);
          },
        }
      );
    },
  };
}
