import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');

export interface CliResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CliProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<CliResult>;
  /** Resolves when stdout so far holds the text; rejects when the process ends without it. */
  said(text: string): Promise<void>;
}

/** A temporary project folder in which the built program runs. Removed when it goes out of scope. */
export interface Project {
  readonly folder: string;
  /** Writes files by relative path; objects become JSON. */
  write(files: Readonly<Record<string, string | object>>): void;
  read(path: string): string;
  /** File names in a folder, sorted; empty when there is none. */
  list(path: string): readonly string[];
  path(path: string): string;
  affekt(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  start(args: readonly string[], options?: CliOptions): CliProcess;
  [Symbol.dispose](): void;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Relative to the project. */
  readonly cwd?: string;
  /** A program that starts what stands behind its own arguments. */
  readonly within?: readonly string[];
}

/** Needs `npm run build`. Nothing of the caller's own configuration is seen by the program. */
export function createProject(name = 'project'): Project {
  const entry = join(repository, 'bin/affekt.js');
  if (!existsSync(join(repository, 'dist/cli.js'))) throw new Error('run npm run build first');
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'affekt-test-')));
  const folder = join(root, name);
  mkdirSync(folder);
  const running = new Set<ChildProcess>();

  const start: Project['start'] = (args, { env = {}, cwd = '.', within = [] } = {}) => {
    const [program = '', ...all] = [...within, process.execPath, entry, ...args];
    const child = spawn(program, all, {
      cwd: join(folder, cwd),
      env: { ...cleanEnvironment(root), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let out = '';
    let err = '';
    const waiting = new Set<() => void>();
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
      for (const check of waiting) check();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString('utf8');
    });
    const ended = new Promise<CliResult>((done, fail) => {
      child.on('error', fail);
      child.on('close', (code) => {
        running.delete(child);
        done({ code, out, err });
      });
    });
    const said = (text: string): Promise<void> =>
      new Promise((done, fail) => {
        const check = (): void => {
          if (!out.includes(text)) return;
          waiting.delete(check);
          done();
        };
        waiting.add(check);
        check();
        ended.then(() => fail(new Error(`ended without saying "${text}":\n${out}${err}`)), fail);
      });
    return { child, ended, said };
  };

  return {
    folder,
    start,
    affekt: (args, options) => start(args, options).ended,
    path: (path) => join(folder, path),
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    list: (path) => (existsSync(join(folder, path)) ? readdirSync(join(folder, path)).sort() : []),
    write(files) {
      for (const [path, content] of Object.entries(files)) {
        const file = join(folder, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
      }
    },
    [Symbol.dispose]() {
      for (const child of running) child.kill('SIGKILL');
      rmSync(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** What a shell needs and what coverage needs; no setting of affekt, no colour, no home. */
function cleanEnvironment(home: string): Record<string, string> {
  const kept = ['PATH', 'TMPDIR', 'NODE_V8_COVERAGE', 'LANG'];
  const env: Record<string, string> = { HOME: home };
  for (const name of kept) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}
