import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { installMlflow } from '../test/util/mlflow-server.ts';
import { findTests, runTests, summaryLine } from './runner.ts';

// node --import tsx scripts/conformance.ts [--prepare] [--limit S] [FILE | FOLDER]...
//   Tests that compare with Python peers; --prepare only installs what they need.
const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'test/conformance');
const environment = join(root, '.venv');
const python = join(environment, 'bin/python');

/** Makes `.venv` unless it was made from these very requirements. Returns what went wrong. */
function prepare(): string | undefined {
  const requirements = join(folder, 'requirements.txt');
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  const stamp = join(environment, 'requirements.sha256');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return undefined;
  rmSync(environment, { recursive: true, force: true });
  const steps = [
    ['python3', '-m', 'venv', environment],
    // uv, because pip takes most of a minute to compile what is never imported.
    [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'uv'],
    [python, '-m', 'uv', 'pip', 'install', '--quiet', '--python', python, '-r', requirements],
  ];
  for (const [program = '', ...args] of steps) {
    process.stdout.write(`${[program, ...args].join(' ')}\n`);
    const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
    if (error !== undefined) return `${program}: ${error.message}`;
    if (status !== 0) return `${program} ended with status ${status}`;
  }
  writeFileSync(stamp, digest);
  return undefined;
}

/** Suites run side by side: threads of one that wait in a loop for each other take the processors of the rest. */
const oneThread = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };

/** Started first. */
const longest = [
  'mlflow/runs.',
  'browser',
  'end-to-end',
  'augment',
  'sklearn',
  'librosa/features.',
];
const rank = (file: string): number => {
  const at = longest.findIndex((name) => relative(folder, file).startsWith(name));
  return at < 0 ? longest.length : at;
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    prepare: { type: 'boolean', default: false },
    limit: { type: 'string', default: '3600' },
  },
});
const paths = positionals.length > 0 ? positionals.map((path) => resolve(path)) : [folder];
const files = [...findTests(paths)].sort((a, b) => rank(a) - rank(b));
const problem = prepare();
// Before the tests, which start side by side. Where it cannot be installed they say so themselves.
if (files.some((file) => file.includes(`${sep}mlflow${sep}`))) installMlflow();
if (problem !== undefined) {
  process.stdout.write(
    `FAIL  Python environment: ${problem}\n      Needs python3 >= 3.10 with venv (Debian: apt install python3-venv).\n0 passed, 1 failed\n`,
  );
  process.exitCode = 1;
} else if (!values.prepare) {
  if (files.length === 0) process.stdout.write('FAIL  no test file found\n');
  const totals = await runTests(files, {
    root,
    // One more than can work at once: servers and browsers are waited for.
    parallel: availableParallelism() + 1,
    timeout: 240,
    limit: Number(values.limit),
    env: { ...process.env, ...oneThread, AFFEKT_PYTHON: python },
    print: (text) => process.stdout.write(text),
  });
  const failed = totals.failed + (files.length === 0 ? 1 : 0);
  process.stdout.write(`${summaryLine({ ...totals, failed })}\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}
