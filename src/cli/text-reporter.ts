import { formatSeconds } from '../report/format.ts';
import { createEventLines } from './event-lines.ts';
import type { Output } from './io.ts';
import { doneTasks, totalTasks, workLeft } from './progress.ts';
import type { Reporter } from './reporter.ts';
import { createStyle } from './style.ts';

/** A sign of life after this long without a line, so that a log shows that it still moves. */
const silence = 30_000;

/** Plain lines for pipes and CI: nothing is redrawn. */
export function createTextReporter(out: Output, jobs: number): Reporter {
  const lines = createEventLines(createStyle(out.colour));
  let last: number | undefined;
  return {
    listener(event) {
      const fresh = lines.next(event);
      last ??= event.time;
      if (fresh.length > 0) {
        out.write(`${fresh.join('\n')}\n`);
        last = event.time;
      } else if (event.time - last >= silence) {
        last = event.time;
        for (const stage of lines.progress.stages.values()) {
          if (stage.running.size === 0) continue;
          const left = workLeft(stage, event.time);
          const done = `${Math.floor(doneTasks(stage))}/${totalTasks(stage)}`;
          const rest = left === undefined ? '' : `, ${formatSeconds(left / jobs)} left`;
          out.write(`  ${stage.address}  ${done} tasks${rest}\n`);
        }
      }
    },
    note: (line) => out.write(`${line}\n`),
    close() {},
  };
}
