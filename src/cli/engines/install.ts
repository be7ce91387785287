import {
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../engine/cache/durable.ts';
import {
  type Installed,
  installedFile,
  installedFolder,
  installedFormat,
  readInstalled,
} from '../../engine/installed.ts';
import { nativeVersion } from '../../model/tfjs/backend.ts';
import { packageRoot } from '../package-root.ts';
import { buildBinding } from './build.ts';
import { fetchPackages, fetchTensorFlow } from './fetch.ts';
import { requireRoom, requireTools } from './requirements.ts';
import { InstallFailed, type InstallOptions, runStep } from './step.ts';

/** Bytes on the disk while it is being made; three quarters of them stay. */
const room = { 'tfjs-node': 2.5e9, 'tfjs-node-gpu': 10e9 } as const;

/**
 * Installs TensorFlow.js with its native backend below the data folder: the npm package without its
 * install script, TensorFlow's C library out of its Python wheel, and the binding between the two,
 * compiled here. All is made in a folder beside the final one, tried, then renamed, so nobody meets a
 * part of it. What is there and works is left alone.
 */
export async function installEngine(options: InstallOptions): Promise<Installed> {
  const { data, name, say } = options;
  const folder = installedFolder(data, name);
  const version = nativeVersion(name);
  const present = readInstalled(folder, name);
  if (present?.version === version) {
    try {
      say(await tryOut(options, folder));
      return present;
    } catch (error) {
      if (!(error instanceof InstallFailed)) throw error;
      say(`it is there, and ${error.message}: installing it anew`);
    }
  }
  await requireTools(options);
  const parent = dirname(folder);
  makeFolder(parent);
  sweep(parent);
  requireRoom(parent, room[name]);
  const work = mkdtempSync(join(parent, `${workPrefix}${name}-`));
  try {
    await fetchPackages(options, work);
    await fetchTensorFlow(options, work);
    await buildBinding(options, work);
    const entry = { format: installedFormat, name, version };
    writeFileSync(join(work, installedFile), `${JSON.stringify(entry)}\n`);
    say(await tryOut(options, work));
    replace(folder, work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return { name, version, folder };
}

const workPrefix = '.installing-';

/** Removes what installations that were killed have left: what is a day old is nobody's any more. */
function sweep(parent: string): void {
  const dayAgo = Date.now() - 86_400_000;
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    if (!name.startsWith(workPrefix) || statSync(path).mtimeMs > dayAgo) continue;
    rmSync(path, { recursive: true, force: true });
  }
}

/** Puts what was made in the place of what was there. */
function replace(folder: string, work: string): void {
  const old = `${work}-old`;
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(work, folder);
  rmSync(old, { recursive: true, force: true });
}

/** Trains one step on it in a process of its own; says what came out. */
function tryOut({ name, env, signal }: InstallOptions, folder: string): Promise<string> {
  const program = join(packageRoot(), 'bin', 'affekt.js');
  return runStep(
    [process.execPath, program, 'engine', 'check', name, '--folder', folder],
    { env, signal },
    {
      failed: `${name} does not work on this machine`,
      hint: 'What it said is above. engine: onnx needs nothing of it.',
    },
  );
}
