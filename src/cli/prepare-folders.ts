import { makeFolder } from '../engine/cache/durable.ts';
import { wordCode } from '../report/failure-words.ts';
import { UsageError } from './command.ts';
import type { Config } from './config.ts';

/**
 * Makes the folders that a run writes to, so that a wrong path is told before any work. Whether an
 * existing one can be written shows when it is: a run in which all is cached may not need it.
 */
export function prepareFolders({ settings, origins }: Config): void {
  for (const name of ['cache.path', 'runs.path'] as const) {
    try {
      makeFolder(settings[name]);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      throw new UsageError(
        `${name} ${settings[name]} cannot be made: ${wordCode(code)}`,
        `It comes from: ${origins[name]}.`,
      );
    }
  }
}
