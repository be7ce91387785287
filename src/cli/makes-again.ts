import type { RunInfo } from '../engine/record/types.ts';
import { commandLine } from '../util/command-line.ts';

/** The next step where something that a run made is gone: the command that made it. */
export function makesAgain({ argv }: RunInfo): string {
  return `${commandLine(argv)} makes it again`;
}
