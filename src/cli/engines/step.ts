import type { NativeName } from '../../model/tfjs/backend.ts';
import { ProgramFailed, type ProgramOptions, runProgram } from '../run-program.ts';

/** A step of an installation failed; the message says which, the hint what to do. */
export class InstallFailed extends Error {
  readonly hint: string;
  /** What the program of that step printed. */
  readonly output: string;
  constructor(message: string, hint: string, output = '') {
    super(message);
    this.hint = hint;
    this.output = output;
  }
}

export interface InstallOptions {
  /** `data.path`. */
  readonly data: string;
  readonly name: NativeName;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** A line per step, before it. */
  readonly say: (line: string) => void;
}

/** Runs a program of a step; its failure gets the words of that step. */
export async function runStep(
  call: readonly [string, ...string[]],
  options: ProgramOptions,
  words: { readonly failed: string; readonly hint: string },
): Promise<string> {
  try {
    return await runProgram(call, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof ProgramFailed)) throw error;
    throw new InstallFailed(words.failed, words.hint, error.output || error.message);
  }
}
