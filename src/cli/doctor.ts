import { spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdtempSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { corpora } from '../corpora/index.ts';
import { makeFolder } from '../engine/cache/durable.ts';
import { openDataStore } from '../engine/data-store.ts';
import { formatBytes } from '../report/format.ts';
import { formatCount } from '../util/count.ts';
import type { Config } from './config.ts';
import { type EngineRow, listEngines } from './engines/list.ts';
import { packageRoot, packageVersion } from './package-root.ts';

/** `bad` has to be changed before a run can work; `note` is worth knowing. */
export interface Check {
  readonly level: 'good' | 'note' | 'bad';
  readonly text: string;
  readonly hint?: string;
}

/** Less free space than this is worth a line. */
const littleSpace = 2e9;

export function runChecks(config: Config): readonly Check[] {
  const { settings } = config;
  return [
    checkNode(),
    checkBuild(),
    {
      level: 'good',
      text: `${formatCount(availableParallelism(), 'processor')}, ${formatBytes(totalmem())} memory; ${settings.jobs} at once`,
    },
    checkConfigFiles(config),
    checkFolder('cache', settings['cache.path'], true),
    checkFolder('runs', settings['runs.path'], false),
    checkGit(config.project),
    ...checkEngines(settings['data.path']),
    ...checkCorpora(settings['data.path']),
  ];
}

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const text = `affekt ${packageVersion()}, Node ${process.versions.node}, ${platform()}`;
  if (major < 20 || (major === 20 && minor < 19)) {
    return { level: 'bad', text, hint: 'affekt needs Node 20.19 or newer.' };
  }
  return platform() === 'win32'
    ? { level: 'bad', text, hint: 'On Windows, run affekt inside WSL.' }
    : { level: 'good', text };
}

/** What can train networks here, without loading it, and how to get the rest. */
function checkEngines(data: string): readonly Check[] {
  const rows = listEngines(data);
  const [onnx, ...others] = rows.filter(({ ready, engine }) => ready || engine === 'onnx');
  const absent = rows.filter(({ ready, engine }) => !ready && engine === 'tfjs');
  const rest = absent
    .map(({ devices, hint }) => `for device ${devices.join()}: ${hint}`)
    .join('; ');
  const word = ({ engine, backend, devices }: EngineRow): string =>
    `engine ${engine}: ${backend}, device ${devices.join(' or ')}`;
  return [
    ...(onnx === undefined ? [] : [checkOnnx(onnx, word(onnx))]),
    ...others.map((row, i): Check => {
      const hint =
        row.hint ?? (i === others.length - 1 && rest !== '' ? `Faster, ${rest}` : undefined);
      return { level: 'good', text: word(row), ...(hint !== undefined && { hint }) };
    }),
  ];
}

function checkOnnx({ ready, hint }: EngineRow, text: string): Check {
  const more = hint === undefined ? {} : { hint };
  if (ready) return { level: 'good', text, ...more };
  return { level: 'bad', text: 'ONNX Runtime is not installed: nothing trains networks', ...more };
}

function checkBuild(): Check {
  const worker = join(packageRoot(), 'dist', 'worker.js');
  return existsSync(worker)
    ? { level: 'good', text: `built: ${packageRoot()}` }
    : { level: 'bad', text: 'not built', hint: 'Run npm run build, or start with ./run.' };
}

function checkConfigFiles({ files, project, profile }: Config): Check {
  const named = profile === undefined ? '' : `, profile ${profile}`;
  return files.length > 0
    ? { level: 'good', text: `configuration: ${files.join(', ')}${named}` }
    : { level: 'note', text: `no affekt.config.yaml; the project is ${project}` };
}

/** Writes, links and looks at free space, as a run would. Leaves nothing behind. */
function checkFolder(name: string, path: string, hardLinks: boolean): Check {
  let probe: string | undefined;
  try {
    makeFolder(path);
    probe = mkdtempSync(join(path, '.doctor-'));
    writeFileSync(join(probe, 'a'), 'a');
    if (hardLinks) linkSync(join(probe, 'a'), join(probe, 'b'));
    symlinkSync('a', join(probe, 'c'));
  } catch (error) {
    const { code = 'error', syscall = '' } = error as NodeJS.ErrnoException;
    const setting = `${name}.path`;
    return {
      level: 'bad',
      text: `${name}: ${path}: ${syscall} ${code}`.replace('  ', ' '),
      hint: `Choose another folder: ${setting} in affekt.config.yaml, or AFFEKT_${name.toUpperCase()}.`,
    };
  } finally {
    if (probe !== undefined) rmSync(probe, { recursive: true, force: true });
  }
  const { bavail, bsize } = statfsSync(path);
  const free = bavail * bsize;
  const text = `${name}: ${path}, ${formatBytes(free)} free`;
  return free < littleSpace
    ? { level: 'note', text, hint: 'That is little; affekt cache gc makes room.' }
    : { level: 'good', text };
}

function checkGit(project: string): Check {
  const { status, stdout } = spawnSync('git', ['-C', project, 'rev-parse', '--short', 'HEAD'], {
    encoding: 'utf8',
  });
  return status === 0
    ? { level: 'good', text: `git commit ${stdout.trim()}: runs record it` }
    : { level: 'note', text: 'not in a git repository: runs cannot record a commit' };
}

function checkCorpora(store: string): readonly Check[] {
  try {
    const stored = openDataStore(store).list();
    const checks = stored.map(({ name, path, pinned }): Check => {
      const kind = pinned ? 'original bytes' : 'unpinned';
      return existsSync(path)
        ? { level: 'good', text: `corpus ${name}: ${path}, ${kind}` }
        : {
            level: 'bad',
            text: `corpus ${name}: ${path} is gone`,
            hint: `Register it where it is now: affekt data add ${name} FOLDER`,
          };
    });
    if (checks.length > 0) return checks;
    const known = Object.keys(corpora).join(', ');
    return [{ level: 'note', text: `no corpus registered (known: ${known}); the demo needs none` }];
  } catch (error) {
    return [{ level: 'bad', text: (error as Error).message }];
  }
}
