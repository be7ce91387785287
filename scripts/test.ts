import { existsSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { findTests, isConformance, runTests, summaryLine } from './runner.ts';

// node --import tsx scripts/test.ts [--parallel N] [--timeout S] [--without FOLDER]... [FILE | FOLDER]...
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    parallel: { type: 'string', default: '2' },
    timeout: { type: 'string', default: '180' },
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
const totals = await runTests(files, {
  root: process.cwd(),
  parallel: Number(values.parallel),
  timeout: Number(values.timeout),
  env: process.env,
  print: (text) => process.stdout.write(text),
});
const failed = totals.failed + absent.length + (files.length === 0 ? 1 : 0);
process.stdout.write(`${summaryLine({ ...totals, failed })}\n`);
process.exitCode = failed === 0 ? 0 : 1;
