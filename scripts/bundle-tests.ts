import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Test files as JavaScript that Node runs by itself: a file at a time, tsx costs more than most tests do. */
export interface TestBundle {
  /** What to run in place of a test file. */
  script(file: string): string;
  [Symbol.dispose](): void;
}

/**
 * Compiles test files together, so that what they share is compiled once. Undefined when one of them
 * does not compile: run from their sources, the others pass and that one says what is wrong.
 */
export async function bundleTests(
  files: readonly string[],
  root: string,
): Promise<TestBundle | undefined> {
  // Below the root, so that packages are found from there; not a part of any package.
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  // Resolved: source maps tell places in relation to it.
  const folder = realpathSync(mkdtempSync(join(cache, 'affekt-tests-')));
  const remove = (): void => {
    process.off('exit', remove);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', remove);
  try {
    await build({
      absWorkingDir: root,
      entryPoints: [...files],
      outbase: root,
      outdir: folder,
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      keepNames: true,
      define: places,
      // Packages that are CommonJS inside need `require` for Node's own modules.
      banner: {
        js: "import { createRequire as affektRequire } from 'node:module'; const require = affektRequire(import.meta.url);",
      },
      sourcemap: true,
      sourcesContent: false,
      logLevel: 'silent',
      plugins: [
        {
          name: 'place of the source',
          setup({ onLoad, onResolve }) {
            // Has modules that only a bundler finds.
            onResolve({ filter: /^@tensorflow\// }, ({ path, resolveDir }) => ({
              path: createRequire(join(resolveDir, 'x.js')).resolve(path),
            }));
            onLoad({ filter: /\.ts$/ }, ({ path }) => ({
              contents: placed(path),
              loader: 'ts',
            }));
          },
        },
      ],
    });
  } catch {
    remove();
    return undefined;
  }
  return {
    script: (file) => join(folder, relative(root, file).replace(/\.ts$/, '.js')),
    [Symbol.dispose]: remove,
  };
}

/** A module asks where it lies to find files beside it: it lies where its source does. */
const places = {
  'import.meta.dirname': '__placeFolder',
  'import.meta.filename': '__placeFile',
  'import.meta.url': '__placeUrl',
};

/** The constants that `places` names, on the first line, so that lines keep their numbers. */
function placed(path: string): string {
  const [folder, file, url] = [dirname(path), path, pathToFileURL(path).href].map((text) =>
    JSON.stringify(text),
  );
  return `const __placeFolder = ${folder}, __placeFile = ${file}, __placeUrl = ${url}; ${readFileSync(path, 'utf8')}`;
}
