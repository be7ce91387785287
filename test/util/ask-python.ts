import { join } from 'node:path';
import { runPython } from './run-python.ts';
import type { Job } from './sklearn-jobs.ts';

const script = join(import.meta.dirname, '../conformance/sklearn/reference.py');

/** Answers of test/conformance/sklearn/reference.py, as `runPython` runs it. */
export function askPython(jobs: readonly Job[], python?: string): readonly unknown[] {
  return JSON.parse(runPython(script, { input: jobs, ...(python && { python }) })) as unknown[];
}
