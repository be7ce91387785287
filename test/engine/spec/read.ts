import { posix } from 'node:path';
import type { Diagnostic } from '../../../src/engine/diagnostic.ts';
import { err, type Result } from '../../../src/engine/result.ts';
import {
  type ReadSpec,
  type ReadSpecOptions,
  readSpec,
} from '../../../src/engine/spec/read-spec.ts';
import type { SpecReader } from '../../../src/engine/spec/reader.ts';
import { artifacts, kinds } from './kinds.ts';

/** A reader over texts by absolute path. */
function memoryReader(files: Readonly<Record<string, string | Uint8Array>>): SpecReader {
  return {
    read: async (path) => {
      const content = files[path];
      if (content === undefined) throw Object.assign(new Error('not there'), { code: 'ENOENT' });
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    },
    list: async (folder) =>
      Object.keys(files)
        .filter((path) => posix.dirname(path) === folder)
        .map((path) => posix.basename(path)),
  };
}

/** Reads `/project/spec.yaml` of the given texts with the fake kinds. */
export function read(
  files: string | Readonly<Record<string, string | Uint8Array>>,
  options: Partial<ReadSpecOptions> = {},
): Promise<Result<ReadSpec, readonly Diagnostic[]>> {
  const texts = typeof files === 'string' ? { '/project/spec.yaml': files } : files;
  return readSpec({
    file: 'spec.yaml',
    kinds,
    artifacts,
    overrides: [],
    env: {},
    loadModule: async () => err({ message: 'there is no such file', hint: 'Correct the path.' }),
    reader: memoryReader(texts),
    cwd: '/project',
    ...options,
  });
}

/** The value of a spec that must be right; fails with the diagnostics' text otherwise. */
export async function readRight(...args: Parameters<typeof read>): Promise<ReadSpec> {
  const result = await read(...args);
  if (result.ok) return result.value;
  const { formatDiagnostics } = await import('../../../src/engine/diagnostic-text.ts');
  throw new Error(`unexpected problems:\n${formatDiagnostics(result.error)}`);
}

/** The problems of a spec that must be wrong. */
export async function readWrong(...args: Parameters<typeof read>): Promise<readonly Diagnostic[]> {
  const result = await read(...args);
  if (result.ok) throw new Error('the spec was taken as right');
  return result.error;
}
