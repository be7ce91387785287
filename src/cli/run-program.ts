import { spawn } from 'node:child_process';

/** A program that was called ended badly, or is not there. */
export class ProgramFailed extends Error {
  /** What it printed last. */
  readonly output: string;
  constructor(message: string, output: string) {
    super(message);
    this.output = output;
  }
}

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** What it prints on stdout. Nothing of it reaches the screen. Throws `ProgramFailed`. */
export function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, env, signal }: ProgramOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd !== undefined && { cwd }),
      ...(env !== undefined && { env }),
      ...(signal !== undefined && { signal }),
    });
    const [out, all]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => {
      out.push(chunk);
      all.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => all.push(chunk));
    const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString().trim();
    child.on('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'ENOENT' ? 'is not installed' : error.message;
      reject(new ProgramFailed(`${program} ${reason}`, text(all)));
    });
    child.on('close', (status, killed) => {
      if (status === 0) resolve(text(out));
      else reject(new ProgramFailed(`${program} ended with ${killed ?? status}`, text(all)));
    });
  });
}
