import { statfsSync } from 'node:fs';
import { formatBytes } from '../../report/format.ts';
import { UsageError } from '../command.ts';
import { ProgramFailed, runProgram } from '../run-program.ts';
import type { InstallOptions } from './step.ts';

const tools = [
  { call: ['npm', '--version'], name: 'npm', how: 'npm comes with Node' },
  { call: ['g++', '--version'], name: 'g++', how: 'apt-get install g++' },
  {
    call: ['python3', '-m', 'pip', '--version'],
    name: 'python3 with pip',
    how: 'apt-get install python3-pip (pip only downloads; nothing is installed into Python)',
  },
] as const;

/** Refuses a system that cannot be served, and names all tools that are missing at once. */
export async function requireTools({ env, signal }: InstallOptions): Promise<void> {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  const { platform, arch } = process;
  if (platform !== 'linux' || arch !== 'x64' || header.glibcVersionRuntime === undefined) {
    throw new UsageError(
      `TensorFlow is installed on x64 Linux with glibc, and this is ${platform} on ${arch}`,
      'engine: onnx runs here, and engine: tfjs does in plain JavaScript.',
    );
  }
  const missing: (typeof tools)[number][] = [];
  for (const tool of tools) {
    await runProgram(tool.call, { env, signal }).catch((error: unknown) => {
      if (!(error instanceof ProgramFailed)) throw error;
      missing.push(tool);
    });
  }
  if (missing.length === 0) return;
  throw new UsageError(
    `TensorFlow's binding is built here, and that takes ${missing.map(({ name }) => name).join(' and ')}`,
    `Install what is missing, on Debian and Ubuntu: ${missing.map(({ how }) => how).join('; ')}.`,
  );
}

export function requireRoom(folder: string, needed: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= needed) return;
  throw new UsageError(
    `installing takes ${formatBytes(needed)} for a while, and ${folder} has ${formatBytes(free)} free`,
    'Make room, or choose another folder: data.path in affekt.config.yaml, or AFFEKT_DATA.',
  );
}
