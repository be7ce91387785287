import { existsSync, lstatSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeFolder, writeDurably } from './cache/durable.ts';
import { hashFile } from './cache/hash-file.ts';
import { sha256 } from './digest.ts';
import type { OwnStage } from './plan/graph.ts';
import { err, ok, type Result } from './result.ts';
import type { StageKind } from './stage.ts';

/** The package's own folder: own stages import `affekt` from here. */
export interface OwnStageHost {
  readonly cache: string;
  readonly packageRoot: string;
}

/**
 * Loads `uses: ./stages/pitch.ts`: bundles it with everything it imports, keeps the bundle under the
 * cache by its digest, and imports it. The digest (of the minified bundle, so that comments and
 * layout do not count) salts the keys of its tasks.
 */
export async function loadOwnStage(
  host: OwnStageHost,
  path: string,
): Promise<Result<OwnStage, string>> {
  if (!existsSync(path)) return err('there is no such file');
  const { build } = await import('esbuild');
  let text: string;
  try {
    const built = await build({
      entryPoints: [path],
      // Names of bundled CommonJS files are relative to it: they must not depend on where affekt is called.
      absWorkingDir: dirname(path),
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      minifyWhitespace: true,
      minifySyntax: true,
      legalComments: 'none',
      external: ['affekt'],
      logLevel: 'silent',
    });
    text = built.outputFiles[0]?.text ?? '';
  } catch (error) {
    const [first] = (error as { errors?: readonly BuildMessage[] }).errors ?? [];
    if (first === undefined) return err((error as Error).message);
    const place =
      first.location === null
        ? ''
        : ` (line ${first.location.line}, column ${first.location.column + 1})`;
    return err(`${first.text}${place}`);
  }
  const salt = sha256(text);
  const folder = join(host.cache, 'own');
  const module = join(folder, salt.slice(0, 16), 'stage.mjs');
  if (!existsSync(module) || hashFile(module) !== salt) writeDurably(module, text);
  linkPackage(folder, host.packageRoot);
  let kind: unknown;
  try {
    kind = ((await import(pathToFileURL(module).href)) as { default?: unknown }).default;
  } catch (error) {
    return err(`it fails when it is loaded: ${(error as Error).message}`);
  }
  if (!isStageKind(kind)) return err('its default export is not what defineStage returns');
  return ok({ kind, module, salt });
}

interface BuildMessage {
  readonly text: string;
  readonly location: { readonly line: number; readonly column: number } | null;
}

function isStageKind(value: unknown): value is StageKind {
  const kind = value as Partial<StageKind> | undefined;
  return (
    typeof kind === 'object' &&
    kind !== null &&
    typeof kind.kind === 'string' &&
    typeof kind.version === 'number' &&
    typeof kind.params === 'object' &&
    ('run' in kind || 'each' in kind || 'coordinate' in kind)
  );
}

/** `import 'affekt'` inside a bundle resolves through this link. */
function linkPackage(folder: string, packageRoot: string): void {
  const link = join(folder, 'node_modules', 'affekt');
  makeFolder(dirname(link));
  try {
    if (readlinkSync(link) === packageRoot) return;
    unlinkSync(link);
  } catch {
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) return;
  }
  try {
    symlinkSync(packageRoot, link);
  } catch (error) {
    // Another run made it in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
