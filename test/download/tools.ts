import { DownloadError } from '../../src/download/download-error.ts';
import type { Progress, Tools } from '../../src/download/tools.ts';
import { createRandom } from '../../src/util/random.ts';

export interface TestTools extends Tools {
  /** What it would have waited, in milliseconds: no test waits. */
  readonly waits: number[];
  readonly said: string[];
  readonly states: Progress[];
  readonly stop: AbortController;
}

export function testTools(env: Readonly<Record<string, string>> = {}): TestTools {
  const stop = new AbortController();
  const waits: number[] = [];
  const said: string[] = [];
  const states: Progress[] = [];
  return {
    ...{ waits, said, states, stop, env },
    signal: stop.signal,
    wait(milliseconds, signal) {
      waits.push(milliseconds);
      signal.throwIfAborted();
      return Promise.resolve();
    },
    now: () => Date.parse('2026-01-01T00:00:00Z'),
    random: createRandom(1),
    progress: (state) => states.push(state),
    say: (line) => said.push(line),
  };
}

/** Message and hint of a download that fails for a reason that users are told. */
export async function failure(task: Promise<unknown>): Promise<string> {
  try {
    await task;
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    return `${error.message} | ${error.hint ?? ''}`;
  }
  throw new Error('nothing failed');
}
