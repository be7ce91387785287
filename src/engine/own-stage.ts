import { existsSync, lstatSync, readdirSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nearest } from '../util/suggest.ts';
import { makeFolder, writeDurably } from './cache/durable.ts';
import { hashFile } from './cache/hash-file.ts';
import { sha256 } from './digest.ts';
import type { Host } from './host.ts';
import type { OwnStage } from './plan/graph.ts';
import { err, ok, type Result } from './result.ts';
import type { LoadFailure } from './spec/stages.ts';
import type { StageKind, TaskError } from './stage.ts';

/** The package's own folder: own stages import `affekt` from here. */
export interface OwnStageHost extends Pick<Host, 'packageRoot' | 'stageOf'> {
  readonly cache: string;
}

/**
 * Loads `uses: ./stages/pitch.ts`: bundles it with everything it imports, keeps the bundle under the
 * cache by its digest, and imports it. The digest (of the minified bundle, so that comments and
 * layout do not count) salts the keys of its tasks.
 */
export async function loadOwnStage(
  host: OwnStageHost,
  path: string,
): Promise<Result<OwnStage, LoadFailure>> {
  if (!existsSync(path)) return err(missing(path));
  const { build } = await import('esbuild');
  let text: string;
  let map: string;
  try {
    const built = await build({
      entryPoints: [path],
      // Names of bundled CommonJS files are relative to it: they must not depend on where affekt is called.
      absWorkingDir: dirname(path),
      bundle: true,
      outfile: 'stage.mjs',
      sourcemap: 'linked',
      sourceRoot: pathToFileURL(`${dirname(path)}/`).href,
      sourcesContent: false,
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
    text = built.outputFiles.find((file) => file.path.endsWith('.mjs'))?.text ?? '';
    map = built.outputFiles.find((file) => file.path.endsWith('.map'))?.text ?? '';
  } catch (error) {
    return err(notBuilt(path, error));
  }
  const salt = sha256(text);
  const folder = join(host.cache, 'own');
  const module = join(folder, salt.slice(0, 16), 'stage.mjs');
  if (!existsSync(module) || hashFile(module) !== salt) writeDurably(module, text);
  // Lines of errors; a comment moves them and leaves the module what it was.
  if (!existsSync(`${module}.map`) || hashFile(`${module}.map`) !== sha256(map)) {
    writeDurably(`${module}.map`, map);
  }
  linkPackage(folder, host.packageRoot);
  let given: unknown;
  try {
    given = ((await import(pathToFileURL(module).href)) as { default?: unknown }).default;
  } catch (error) {
    return err({
      message: `it fails when it is loaded: ${(error as Error).message}`,
      hint: 'What stands outside its functions runs when it is loaded.',
    });
  }
  let kind: StageKind | undefined;
  try {
    kind = isStageKind(given) ? given : host.stageOf(given, module);
  } catch (error) {
    const { message, hint = '' } = error as TaskError;
    return err({ message, hint });
  }
  if (kind === undefined) {
    return err({
      message: 'its default export is not what defineStage or defineTraining returns',
      hint: 'Write: export default defineStage({ … }); docs/adding-a-stage.md has whole examples.',
    });
  }
  return ok({ kind, module, salt });
}

function missing(path: string): LoadFailure {
  const near = nearest(basename(path), siblings(dirname(path)));
  const start = 'The path starts at the folder of the file that writes it.';
  const hint = near === undefined ? start : `There is ${near} in that folder.`;
  return { message: 'there is no such file', hint };
}

function siblings(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /\.[cm]?[jt]s$/.test(name));
  } catch {
    return [];
  }
}

interface BuildMessage {
  readonly text: string;
  readonly location: {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly lineText: string;
  } | null;
}

/** The bundler's first message with its place in the user's file. */
function notBuilt(path: string, error: unknown): LoadFailure {
  const [first] = (error as { errors?: readonly BuildMessage[] }).errors ?? [];
  if (first === undefined) return { message: (error as Error).message, hint: 'Correct the file.' };
  const { text, location } = first;
  const name = /^Could not resolve "([^"./][^"]*)"/.exec(text)?.[1];
  const hint =
    name === undefined ? 'Correct the file.' : `Install it in your project: npm install ${name}`;
  if (location === null) return { message: text, hint };
  const file = relative(process.cwd(), resolve(dirname(path), location.file));
  const place = `${file}:${location.line}:${location.column + 1}`;
  return { message: `${text}\n  ${place}  ${location.lineText.trim().slice(0, 80)}`, hint };
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
