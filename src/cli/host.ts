import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { artifactTypes } from '../artifacts/index.ts';
import type { Host } from '../engine/host.ts';
import { stageKinds } from '../kinds.ts';
import { ownTraining } from '../stages/own-training/own-training.ts';
import type { Config } from './config.ts';
import type { Io } from './io.ts';
import { dependencyVersion, packageRoot, packageVersion } from './package-root.ts';

/** What the engine is given: the tables of this build, the folders and facts of this machine. */
export function createHost({ settings, project }: Config, env: Io['env']): Host {
  const host: Host = {
    kinds: stageKinds,
    artifacts: artifactTypes,
    folders: {
      project,
      cache: settings['cache.path'],
      runs: settings['runs.path'],
      data: settings['data.path'],
    },
    jobs: settings.jobs,
    async createExecutor() {
      const { LocalExecutor } = await import('../executors/local.ts');
      return new LocalExecutor(host, join(packageRoot(), 'dist', 'worker.js'));
    },
    packageRoot: packageRoot(),
    stageOf: ownTraining,
    salts: buildSalts(),
    versions: packageVersions(),
    maxCacheBytes: settings['cache.max_size'],
    env,
  };
  return host;
}

/**
 * affekt's own version, those of the packages that kinds depend on (in the bundle, else installed beside
 * it), and the build's identity.
 */
function packageVersions(): Readonly<Record<string, string>> {
  const names = new Set(
    Object.values(stageKinds).flatMap(({ dependencies }) => dependencies ?? []),
  );
  const { build, packages } = buildFacts();
  const versions: Record<string, string> = { affekt: packageVersion(), build };
  for (const name of names) {
    const version = packages[name] ?? dependencyVersion(name);
    if (version !== undefined) versions[name] = version;
  }
  return versions;
}

/** Set by the build: kinds whose code is not what src/kinds.lock.json pins. */
declare const AFFEKT_SALTS: Readonly<Record<string, string>> | undefined;

function buildSalts(): Host['salts'] {
  const salts = typeof AFFEKT_SALTS === 'undefined' ? {} : AFFEKT_SALTS;
  return salts as Host['salts'];
}

interface BuildFacts {
  /** Which build this is. */
  readonly build: string;
  /** Packages inside it, with their versions. */
  readonly packages: Readonly<Record<string, string>>;
}

/** What scripts/build.ts wrote of the build; run from source, the version has to do. */
function buildFacts(): BuildFacts {
  try {
    return JSON.parse(
      readFileSync(join(packageRoot(), 'dist', 'build.json'), 'utf8'),
    ) as BuildFacts;
  } catch {
    return { build: packageVersion(), packages: {} };
  }
}
