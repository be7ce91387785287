import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** About a tenth of what another gets. The lowest one starves where all processors are busy for long. */
const priority = constants.priority.PRIORITY_BELOW_NORMAL;

/**
 * Lets a process that leads a session of its own give way to others. Where a system does not let itself be
 * told, it runs like any other.
 *
 * Linux may weigh sessions against each other before it looks at the processes inside them
 * (`sched_autogroup_enabled`, sched(7)): there the priority of a process alone in its session changes
 * nothing, and the session has to be told as well.
 */
export function giveWay(pid: number): void {
  for (const tell of [
    () => setPriority(pid, priority),
    () => writeFileSync(`/proc/${pid}/autogroup`, String(priority)),
  ]) {
    try {
      tell();
    } catch {
      // Another system, or a process that has ended.
    }
  }
}
