import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';
import { defaultOf } from '../src/engine/spec/defaults.ts';
import type { StageKind } from '../src/engine/stage.ts';

/** What src/kinds.lock.json pins of a kind. */
export interface LockedKind {
  readonly version: number;
  /** Every param's default: changing one changes what a spec means, so it needs a new version. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Over the minified source of the kind and all that it imports, the engine left out. */
  readonly code: string;
}

export type KindLock = Readonly<Record<string, LockedKind>>;

export const lockFile = 'src/kinds.lock.json';

export function readLock(): KindLock {
  return existsSync(lockFile) ? (JSON.parse(readFileSync(lockFile, 'utf8')) as KindLock) : {};
}

/** Import graph of src/kinds.ts: file to the project's own files that it imports, dynamically or not. */
async function importGraph(root: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/kinds.ts'],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    splitting: true,
    outdir: 'dist',
    packages: 'external',
    logLevel: 'silent',
  });
  return new Map(
    Object.entries(metafile.inputs).map(([file, { imports }]) => [
      file,
      imports.filter(({ external }) => external !== true).map(({ path }) => path),
    ]),
  );
}

function closure(graph: ReadonlyMap<string, readonly string[]>, start: string): readonly string[] {
  const found = new Set([start]);
  for (const file of found) {
    for (const next of graph.get(file) ?? []) {
      // The engine's formats have versions of their own in the key.
      if (!next.startsWith('src/engine/')) found.add(next);
    }
  }
  return [...found].sort();
}

async function codeDigest(
  root: string,
  files: readonly string[],
  texts: Map<string, string>,
): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    let text = texts.get(file);
    if (text === undefined) {
      const source = readFileSync(join(root, file), 'utf8');
      // Comments, types and layout change no result.
      text = file.endsWith('.ts')
        ? (
            await transform(source, {
              loader: 'ts',
              minifyWhitespace: true,
              minifySyntax: true,
              legalComments: 'none',
            })
          ).code
        : source;
      texts.set(file, text);
    }
    hash.update(`${file}\0${text}\0`);
  }
  return hash.digest('hex');
}

/** Digest of the code of every file that src/kinds.ts takes a kind from, by the file's path. */
export async function kindCode(root: string): Promise<ReadonlyMap<string, string>> {
  const graph = await importGraph(root);
  const texts = new Map<string, string>();
  const code = new Map<string, string>();
  for (const file of graph.get('src/kinds.ts') ?? []) {
    code.set(file, await codeDigest(root, closure(graph, file), texts));
  }
  return code;
}

/** What the lock has to say of a kind, its code being of this digest. */
export function lockOf(kind: StageKind, code: string): LockedKind {
  const properties = Object.entries(kind.params.properties as Record<string, object>);
  const defaults = properties.map(([name, schema]) => [name, defaultOf(schema) ?? null]);
  return { version: kind.version, defaults: Object.fromEntries(defaults), code };
}

function isKind(value: unknown): value is StageKind {
  const kind = value as Partial<StageKind> | null;
  return typeof kind === 'object' && kind?.kind !== undefined && kind.params !== undefined;
}

/** The lock as the sources have it now. */
export async function currentLock(): Promise<KindLock> {
  const lock: [string, LockedKind][] = [];
  for (const [file, code] of await kindCode(process.cwd())) {
    const exports = (await import(pathToFileURL(resolve(file)).href)) as Record<string, unknown>;
    for (const kind of Object.values(exports).filter(isKind))
      lock.push([kind.kind, lockOf(kind, code)]);
  }
  return Object.fromEntries(lock.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Defaults that changed though the version did not, as `melspec.n_mels`. */
export function changedDefaults(before: KindLock, after: KindLock): readonly string[] {
  const changed: string[] = [];
  for (const [kind, { version, defaults }] of Object.entries(after)) {
    const old = before[kind];
    if (old === undefined || old.version !== version) continue;
    for (const [name, value] of Object.entries(defaults)) {
      if (name in old.defaults && JSON.stringify(old.defaults[name]) !== JSON.stringify(value)) {
        changed.push(`${kind}.${name}`);
      }
    }
  }
  return changed;
}

export function lockText(lock: KindLock): string {
  return `${JSON.stringify(lock, null, 1)}\n`;
}
