import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { killMarked } from '../src/util/kill-tree.ts';
import { bundleTests } from './bundle-tests.ts';

/**
 * Runs uvu test files, each in a process of its own. uvu alone reports success for a file that
 * forgot `.run()`, whose hook threw, or whose tests were cut short by `.only`; here a file passes
 * only when it exits with 0, holds tests, every one of them passed, and nothing of it is left in the
 * temporary folder. Processes that it left are ended, also those of a group of their own.
 */
export interface RunnerOptions {
  /** Folder that printed paths are relative to; also the working directory of the files. */
  readonly root: string;
  readonly parallel: number;
  /** Seconds after which a file is killed with everything it started. */
  readonly timeout: number;
  /** Seconds after which every file is killed, and none is started any more. */
  readonly limit: number;
  readonly env: NodeJS.ProcessEnv;
  readonly print: (text: string) => void;
}

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Ended {
  readonly output: string;
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  readonly seconds: number;
  /** What it left in its temporary folder. */
  readonly left: readonly string[];
}

interface Verdict extends Totals {
  /** Why the file counts as failed; undefined when it is good. */
  readonly problem?: string;
}

/** `*.test.ts` below the given files and folders, sorted. */
export function findTests(
  paths: readonly string[],
  skip: (path: string) => boolean = () => false,
): readonly string[] {
  const found = new Set<string>();
  for (const path of paths) {
    if (statSync(path).isFile()) found.add(path);
    else {
      for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
        const file = join(entry.parentPath, entry.name);
        if (entry.isFile() && file.endsWith('.test.ts') && !skip(file)) found.add(file);
      }
    }
  }
  return [...found].sort();
}

/** True for a path with the folder `conformance` in it: those tests need Python peers. */
export function isConformance(path: string): boolean {
  return path.split(sep).includes('conformance');
}

export async function runTests(files: readonly string[], options: RunnerOptions): Promise<Totals> {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const queue = [...files];
  const groups = new Set<number>();
  const stop = (signal: NodeJS.Signals): void => {
    for (const pid of groups) killGroup(pid);
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // Coverage counts lines of the sources as they are loaded.
  const covers = options.env['NODE_V8_COVERAGE'] !== undefined;
  using bundle = covers ? undefined : await bundleTests(files, options.root);
  using folders = temporaryFolders();
  const argsOf = (file: string): readonly string[] =>
    bundle === undefined
      ? ['--import', 'tsx', file]
      : ['--enable-source-maps', bundle.script(file)];

  const end = performance.now() + options.limit * 1000;
  const work = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const left = Math.max(0, (end - performance.now()) / 1000);
      const timeout = Math.min(options.timeout, left);
      const ended = await runFile(argsOf(file), folders.next(), { ...options, timeout }, groups);
      const verdict = judge(ended, Math.round(timeout));
      totals.passed += verdict.passed;
      totals.failed += verdict.failed;
      totals.skipped += verdict.skipped;
      options.print(describe(relative(options.root, file), ended, verdict));
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, options.parallel) }, work));
  process.off('SIGINT', stop);
  process.off('SIGTERM', stop);
  return totals;
}

/** The one line that ends a test command. */
export function summaryLine({ passed, failed, skipped }: Totals): string {
  const skips = skipped > 0 ? `, ${skipped} skipped` : '';
  return `${passed} passed, ${failed} failed${skips}`;
}

async function runFile(
  args: readonly string[],
  temporary: string,
  options: RunnerOptions,
  groups: Set<number>,
): Promise<Ended> {
  const started = performance.now();
  // A group of its own, so that a timeout also ends what the test started.
  const child = spawn(process.execPath, args, {
    cwd: options.root,
    env: { ...options.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const pid = child.pid;
  if (pid !== undefined) groups.add(pid);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));

  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    if (pid !== undefined) killGroup(pid);
  }, options.timeout * 1000);
  const [status, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.on('error', (error) => {
      chunks.push(Buffer.from(`${error.message}\n`));
      resolve([1, null]);
    });
    child.on('close', (code, by) => resolve([code, by]));
    // What the file left running holds the pipes open: end it, and wait no longer than a second.
    child.on('exit', (code, by) => {
      if (pid !== undefined) killGroup(pid);
      setTimeout(() => resolve([code, by]), 1000).unref();
    });
  });
  clearTimeout(timer);
  if (pid !== undefined) groups.delete(pid);
  child.stdout.destroy();
  child.stderr.destroy();
  const seconds = (performance.now() - started) / 1000;
  // A server or an uploader has a group of its own, and would hold what this process inherited.
  killMarked('TMPDIR', temporary);
  const left = readdirSync(temporary).filter((name) => name.startsWith('affekt'));
  rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  const output = Buffer.concat(chunks).toString('utf8');
  return { output, status, signal, timedOut, seconds, left };
}

/** Temporary folders that are no file's but its own. */
function temporaryFolders(): { next(): string; [Symbol.dispose](): void } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'affekt-tests-')));
  const remove = (): void => {
    process.off('exit', remove);
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', remove);
  let count = 0;
  return {
    next() {
      const folder = join(root, String(++count));
      mkdirSync(folder);
      return folder;
    },
    [Symbol.dispose]: remove,
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

function judge(ended: Ended, timeout: number): Verdict {
  const text = stripColours(ended.output);
  const count = (name: string): number | undefined => {
    const found = [...text.matchAll(new RegExp(`^\\s*${name}:\\s+(\\d+)\\s*$`, 'gm'))].at(-1);
    return found === undefined ? undefined : Number(found[1]);
  };
  const total = count('Total');
  const passed = count('Passed') ?? 0;
  const skipped = count('Skipped') ?? 0;
  const saidSkip = /^skip:/m.test(text);
  const fail = (problem: string): Verdict => ({
    passed,
    failed: Math.max(1, (total ?? 0) - passed),
    skipped,
    problem,
  });

  if (ended.timedOut) return fail(`no end within ${timeout} s; killed`);
  if (ended.signal !== null) return fail(`killed by ${ended.signal}`);
  if (total === undefined) return fail('no summary: does the file call test.run()?');
  if (total > 0 && passed !== total) return fail(`${total - passed} of ${total} did not pass`);
  if (ended.status !== 0) return fail(`exit status ${ended.status}`);
  if (skipped > 0 && !saidSkip) return fail(`${skipped} skipped without a line "skip: why"`);
  if (total === 0 && skipped === 0 && !saidSkip)
    return fail('no test ran: does the file call test.run()?');
  const { left } = ended;
  if (left.length > 0) return fail(`left in the temporary folder: ${left.slice(0, 3).join(', ')}`);
  return { passed, failed: 0, skipped };
}

function describe(name: string, ended: Ended, verdict: Verdict): string {
  const time = `${ended.seconds.toFixed(1)} s`;
  if (verdict.problem !== undefined) {
    const body = ended.output.trimEnd();
    return `FAIL  ${name}  (${time}): ${verdict.problem}\n${body === '' ? '' : `${indent(body)}\n`}`;
  }
  // Why something was skipped, and figures that a comparison is run for.
  const said = stripColours(ended.output)
    .split('\n')
    .filter((line) => line.startsWith('skip:') || line.startsWith('figure:'));
  const notes = said.map((line) => `        ${line}\n`).join('');
  return `ok    ${name}  (${verdict.passed}, ${time})\n${notes}`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '      ');
}

function stripColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character starts a colour.
  return text.replace(/\u001b\[[0-9;]*m/g, '');
}
