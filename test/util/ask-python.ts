import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Job } from './sklearn-jobs.ts';

/** Answers of test/conformance/sklearn/reference.py, run by `python`. Throws what it prints on failing. */
export function askPython(python: string, jobs: readonly Job[]): readonly unknown[] {
  const script = join(import.meta.dirname, '../conformance/sklearn/reference.py');
  const { stdout, stderr, status, error } = spawnSync(python, [script], {
    input: JSON.stringify(jobs),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr || String(error));
  return JSON.parse(stdout) as unknown[];
}
