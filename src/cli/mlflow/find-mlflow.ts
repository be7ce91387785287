import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Io } from '../io.ts';

/** A program that is MLflow, or fetches it first. */
export interface MlflowProgram {
  readonly program: string;
  /** Before `server …`. */
  readonly args: readonly string[];
  /** It may have to be fetched first: some minutes. */
  readonly fetches: boolean;
  /** For the screen: `mlflow 3.17.2`, `uvx`. */
  readonly name: string;
}

/** The release that affekt is tested with, taken where MLflow is fetched. */
const release = 'mlflow==3.17.2';

/** What gives `uvx` to a machine without Python. */
export const installCommand = 'curl -LsSf https://astral.sh/uv/install.sh | sh';

/** `mlflow` on PATH where it works, else through uvx or pipx; undefined where none of them is there. */
export function findMlflow(env: Io['env']): MlflowProgram | undefined {
  const mlflow = findProgram('mlflow', env);
  if (mlflow !== undefined) {
    // A shim of pyenv is on PATH for every interpreter, and works for some.
    const { status, stdout } = spawnSync(mlflow, ['--version'], {
      encoding: 'utf8',
      env: { ...env },
    });
    const version = /\d+\.\d+\S*/.exec(stdout ?? '')?.[0];
    if (status === 0) {
      return { program: mlflow, args: [], fetches: false, name: `mlflow ${version ?? ''}`.trim() };
    }
  }
  const uvx = findProgram('uvx', env);
  if (uvx !== undefined) {
    return { program: uvx, args: ['--from', release, 'mlflow'], fetches: true, name: 'uvx' };
  }
  const pipx = findProgram('pipx', env);
  if (pipx === undefined) return undefined;
  return { program: pipx, args: ['run', '--spec', release, 'mlflow'], fetches: true, name: 'pipx' };
}

/** The first executable of that name on PATH. */
export function findProgram(name: string, env: Io['env']): string | undefined {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here.
    }
  }
  return undefined;
}
