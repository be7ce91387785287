import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { artifactTypes } from '../artifacts/index.ts';
import type { Host } from '../engine/host.ts';
import { stageKinds } from '../kinds.ts';
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
    salts: buildSalts(),
    versions: packageVersions(),
    maxCacheBytes: settings['cache.max_size'],
    env,
  };
  return host;
}

/** affekt's own version, those of the packages that kinds depend on, and the build's identity. */
function packageVersions(): Readonly<Record<string, string>> {
  const names = new Set(
    Object.values(stageKinds).flatMap(({ dependencies }) => dependencies ?? []),
  );
  const versions: Record<string, string> = { affekt: packageVersion(), build: buildId() };
  for (const name of names) {
    const version = dependencyVersion(name);
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

/** Which build this is; run from source, the version has to do. */
function buildId(): string {
  try {
    const text = readFileSync(join(packageRoot(), 'dist', 'build.json'), 'utf8');
    return (JSON.parse(text) as { build: string }).build;
  } catch {
    return packageVersion();
  }
}
