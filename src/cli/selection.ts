import { parseGlob } from '../engine/address.ts';
import type { Selection } from '../engine/host.ts';
import { UsageError } from './command.ts';

/** The flags that choose a part of an experiment; shared by run and plan. */
export const selectionOptions = {
  only: { type: 'list', value: 'A', summary: 'run A and what it needs that is not cached' },
  from: { type: 'list', value: 'A', summary: 'run A and everything after it again' },
  until: { type: 'list', value: 'A', summary: 'stop after A' },
  force: { type: 'list', value: 'A', summary: 'run A alone again and compare its output' },
} as const;

/** Checks the address globs. Throws `UsageError` with the place of the first mistake. */
export function readSelection(options: Selection): Selection {
  const { only, from, until, force } = options;
  for (const [flag, globs] of Object.entries({ only, from, until, force })) {
    for (const glob of globs) checkGlob(glob, `--${flag}`);
  }
  return { only, from, until, force };
}

export function checkGlob(glob: string, where: string): void {
  const parsed = parseGlob(glob);
  if (parsed.ok) return;
  const { message, column, length } = parsed.error;
  const mark = `${' '.repeat(column - 1)}${'~'.repeat(length)}`;
  throw new UsageError(`${where}: ${message}`, `${glob}\n  ${mark}`);
}

/** True for `stage.param=value`; an address has its first `=` behind a bracket. */
export function isOverride(argument: string): boolean {
  const equals = argument.indexOf('=');
  const bracket = argument.indexOf('[');
  return equals > 0 && (bracket === -1 || equals < bracket);
}
