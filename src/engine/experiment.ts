import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../util/json.ts';
import { writeDurably } from './cache/durable.ts';
import { hashFile } from './cache/hash-file.ts';
import type { Diagnostic } from './diagnostic.ts';
import { type Digest, sha256 } from './digest.ts';
import type { Host } from './host.ts';
import { loadOwnStage } from './own-stage.ts';
import { encode } from './plan/encode.ts';
import type { OwnStage } from './plan/graph.ts';
import { err, ok, type Result } from './result.ts';
import type { Spec } from './spec/types.ts';

/** A checked experiment with what it was read from. */
export interface Experiment {
  readonly spec: Spec;
  /** Absolute path of the spec file. */
  readonly file: string;
  readonly warnings: readonly Diagnostic[];
  /** Of the command line, as they were written. */
  readonly overrides: readonly string[];
  /** Of the resolved spec: two texts that mean the same have one digest. */
  readonly digest: Digest;
  /** Own stages by absolute path of their source. */
  readonly own: Readonly<Record<string, OwnStage>>;
}

/** A parsed and checked spec, kept by what it was read from: an unchanged spec is not parsed again. */
interface KeptSpec {
  readonly files: readonly { readonly path: string; readonly digest: Digest }[];
  readonly env: Readonly<Record<string, string | null>>;
  /** Digests of own stages' code, by path. */
  readonly own: Readonly<Record<string, Digest>>;
  readonly spec: Spec;
  readonly warnings: readonly Diagnostic[];
}

function specDigest(spec: Spec): Digest {
  // Where a stage was written is for messages; it does not change what the experiment is.
  const meaning = { ...spec, stages: spec.stages.map(({ at: _, ...stage }) => stage) };
  return sha256(encode(meaning as unknown as Json));
}

/** Reads and checks a spec file with overrides of the command line. */
export async function loadExperiment(
  host: Host,
  file: string,
  overrides: readonly string[],
): Promise<Result<Experiment, readonly Diagnostic[]>> {
  const keepPath = join(
    host.folders.cache,
    'specs',
    `${sha256(encode([file, process.cwd(), [...overrides], host.versions['build'] ?? '']))}.json`,
  );
  const kept = await readKept(host, keepPath);
  if (kept !== undefined) return ok({ ...kept, file, overrides, digest: specDigest(kept.spec) });
  const { readSpec } = await import('./spec/read-spec.ts');
  const own: Record<string, OwnStage> = {};
  const read = await readSpec({
    file,
    kinds: host.kinds,
    artifacts: host.artifacts,
    overrides,
    env: host.env,
    loadModule: async (path) => {
      const loaded = await loadOwn(host, path);
      if (!loaded.ok) return loaded;
      own[path] = loaded.value;
      return ok(loaded.value.kind);
    },
  });
  if (!read.ok) return err(read.error);
  const { spec, warnings, files, env } = read.value;
  keep(keepPath, {
    files,
    env: Object.fromEntries(env.map((name) => [name, host.env[name] ?? null])),
    own: Object.fromEntries(Object.entries(own).map(([path, { salt }]) => [path, salt])),
    spec,
    warnings,
  });
  return ok({ spec, file, overrides, warnings, digest: specDigest(spec), own });
}

function loadOwn(host: Host, path: string): ReturnType<typeof loadOwnStage> {
  const { folders, packageRoot, stageOf } = host;
  return loadOwnStage({ cache: folders.cache, packageRoot, stageOf }, path);
}

/** The kept spec, if everything that it was read from is what it was; own stages are loaded again. */
async function readKept(
  host: Host,
  path: string,
): Promise<Pick<Experiment, 'spec' | 'warnings' | 'own'> | undefined> {
  let kept: KeptSpec;
  try {
    kept = JSON.parse(readFileSync(path, 'utf8')) as KeptSpec;
    const same =
      kept.files.every(({ path: file, digest }) => hashFile(file) === digest) &&
      Object.entries(kept.env).every(([name, value]) => (host.env[name] ?? null) === value);
    if (!same) return undefined;
  } catch {
    // Not there, torn, or a file of it is gone: the spec is read anew.
    return undefined;
  }
  const own: Record<string, OwnStage> = {};
  for (const [module, salt] of Object.entries(kept.own)) {
    const loaded = await loadOwn(host, module);
    if (!loaded.ok || loaded.value.salt !== salt) return undefined;
    own[module] = loaded.value;
  }
  return { spec: kept.spec, warnings: kept.warnings, own };
}

function keep(path: string, kept: KeptSpec): void {
  try {
    writeDurably(path, JSON.stringify(kept));
  } catch {
    // A read-only or full cache: the spec is parsed each time.
  }
}
