import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';

interface PythonOptions {
  /** Written to it: text as it is, anything else as JSON. */
  readonly input?: unknown;
  readonly args?: readonly string[];
  /** The interpreter; that of the conformance tests where it is not given. */
  readonly python?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * What a Python script prints.
 * @throws Error of how it ended and what it complained of, where it does not end well.
 */
export function runPython(script: string, options: PythonOptions = {}): string {
  const { input = '', args = [], env } = options;
  const python = options.python ?? process.env['AFFEKT_PYTHON'] ?? 'python3';
  const { stdout, stderr, status, signal, error } = spawnSync(python, [script, ...args], {
    input: typeof input === 'string' ? input : JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, ...env },
  });
  if (status === 0) return stdout;
  const ending = error?.message ?? (signal === null ? `exit status ${status}` : signal);
  throw new Error(`${basename(script)}: ${ending}\n${stderr ?? ''}`);
}
