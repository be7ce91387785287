import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { findTests, isConformance, runTests, summaryLine } from './runner.ts';

/** Started first, the longest in front: one that starts last keeps a single processor busy. */
const longest = [
  'test/contract/kinds.',
  'test/engine/faults/kill-',
  'test/engine/faults/two-runs.',
  'test/engine/faults/fs-steps-',
  'test/stages/tune.',
  'test/engine/faults/failures.',
  'test/stages/train-network.',
  'test/audit/planted.',
  'test/cli/pack.',
  'test/cli/tune.',
  'test/cli/commands.',
  'test/runner',
  'test/engine/faults',
  'test/stages/ensemble.',
  'test/stages/augment-corpus.',
  'test/cli',
  'test/tracking/sync',
  'test/kinds-lock.',
  'test/contract',
  'test/model/tfjs',
  'test/model/onnx',
  'test/stages',
].map((path) => resolve(path));
const rank = (file: string): number => {
  const at = longest.findIndex((path) => file.startsWith(path));
  return at < 0 ? longest.length : at;
};

// node --import tsx scripts/test.ts [--parallel N] [--timeout S] [--limit S] [--without FOLDER]... [FILE | FOLDER]...
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    // One more than can work at once: many wait for a signal, a limit or a program.
    parallel: { type: 'string', default: String(availableParallelism() + 1) },
    timeout: { type: 'string', default: '180' },
    limit: { type: 'string', default: '3600' },
    without: { type: 'string', multiple: true, default: [] },
  },
});
const paths = (positionals.length > 0 ? positionals : ['test']).map((path) => resolve(path));
const absent = paths.filter((path) => !existsSync(path));
for (const path of absent) process.stdout.write(`FAIL  ${path}: no such file or folder\n`);

const present = paths.filter((path) => !absent.includes(path));
const wantsConformance = paths.some(isConformance);
const without = values.without.map((path) => resolve(path) + sep);
const files = findTests(
  present,
  (file) =>
    (!wantsConformance && isConformance(file)) || without.some((path) => file.startsWith(path)),
);
if (files.length === 0) process.stdout.write('FAIL  no test file found\n');
const ordered = [...files].sort((a, b) => rank(a) - rank(b));
const totals = await runTests(ordered, {
  root: process.cwd(),
  parallel: Number(values.parallel),
  timeout: Number(values.timeout),
  limit: Number(values.limit),
  env: process.env,
  print: (text) => process.stdout.write(text),
});
const failed = totals.failed + absent.length + (files.length === 0 ? 1 : 0);
process.stdout.write(`${summaryLine({ ...totals, failed })}\n`);
process.exitCode = failed === 0 ? 0 : 1;
