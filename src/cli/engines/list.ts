import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installedFolder, readInstalled } from '../../engine/installed.ts';
import { nativeBackends, nativeVersion, plainVersion } from '../../model/tfjs/backend.ts';
import { dependencyFolder, dependencyVersion } from '../package-root.ts';

/** What can train networks here, or could. */
export interface EngineRow {
  readonly engine: 'onnx' | 'tfjs';
  /** With its version. */
  readonly backend: string;
  /** Of train-kfold's devices those that it serves. */
  readonly devices: readonly string[];
  readonly ready: boolean;
  /** How to get it, or another device of it. */
  readonly hint?: string;
}

/** All engines and their backends, without loading any. `data` is `data.path`. */
export function listEngines(data: string): readonly EngineRow[] {
  const natives = nativeBackends.map((name): EngineRow => {
    const found = readInstalled(installedFolder(data, name), name);
    const gpu = name === 'tfjs-node-gpu';
    const command = `affekt engine install tfjs-node${gpu ? ' --gpu' : ''}`;
    const row = { engine: 'tfjs', devices: [gpu ? 'cuda' : 'cpu'] } as const;
    const wanted = nativeVersion(name);
    if (found === undefined) return { ...row, backend: wanted, ready: false, hint: command };
    const { version } = found;
    return { ...row, backend: version, ready: true, ...(version !== wanted && { hint: command }) };
  });
  const plain = { engine: 'tfjs', backend: plainVersion, devices: ['cpu'], ready: true } as const;
  return [onnxRow(), ...natives, plain];
}

function onnxRow(): EngineRow {
  const folder = dependencyFolder('onnxruntime-node');
  const row = { engine: 'onnx', backend: 'ONNX Runtime', devices: [] } as const;
  if (folder === undefined)
    return { ...row, ready: false, hint: 'npm install --ignore-scripts, in the project' };
  const libraries = join(folder, 'bin', 'napi-v6', process.platform, process.arch);
  const cuda = existsSync(join(libraries, 'libonnxruntime_providers_cuda.so'));
  const possible = process.platform === 'linux' && process.arch === 'x64';
  const script = join(folder, 'script', 'install.js');
  return {
    ...row,
    backend: `ONNX Runtime ${dependencyVersion('onnxruntime-node')}`,
    devices: ['cpu', 'webgpu', ...(cuda ? ['cuda'] : [])],
    ready: true,
    ...(!cuda && possible && { hint: `cuda: ONNXRUNTIME_NODE_INSTALL=cuda12 node ${script}` }),
  };
}
