import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { decoderPackages } from '../src/audio/decoders.ts';

const inSource = (path: string): string => join(import.meta.dirname, '../src', path);

/** What a run with nothing to do loads. */
const core = inSource('cli/commands/run.ts');

/** Loaded by commands that print a text, and where something is wrong. */
const light = ['cli/main.ts', 'report/failure-words.ts'].map(inSource);

/** Modules of src that are imported dynamically, and the entry points. */
function entriesOf(entryPoints: readonly string[]): ReadonlySet<string> {
  const files = readdirSync(inSource(''), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map(inSource);
  const imported = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/import\('(\.[^']+)'\)/g)].map(([, path = '']) =>
      join(dirname(file), path),
    ),
  );
  return new Set([...imported, ...entryPoints.map((path) => inSource(path.slice('src/'.length)))]);
}

const entryPoints = {
  cli: 'src/cli/main.ts',
  worker: 'src/executors/worker.ts',
  index: 'src/index.ts',
};

/**
 * Makes one chunk of the core. esbuild puts modules together that the same entries reach, and what is
 * imported dynamically is an entry: sixty of those part the core into a hundred chunks, whose loading
 * costs 50 ms of processor time. Here each of them reaches all of the core.
 */
const oneCore: Plugin = {
  name: 'one core',
  setup({ onLoad }) {
    const entries = entriesOf(Object.values(entryPoints));
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (light.includes(path) || !entries.has(path)) return undefined;
      const text = readFileSync(path, 'utf8');
      return { contents: `import ${JSON.stringify(core)};${text}`, loader: 'ts' };
    });
  },
};

/**
 * How src becomes dist: cli.js, worker.js and index.js with shared chunks, one lazy chunk for what is
 * imported dynamically. All packages go in, so that they are not installed with affekt, but for those
 * in `external`: native code, and decoders under the LGPL that one must be able to replace
 * (docs/decisions.md).
 */
export const bundleOptions = {
  entryPoints,
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['esbuild', 'onnxruntime-node', ...decoderPackages, '@resvg/resvg-js'],
  plugins: [oneCore],
  chunkNames: 'chunks/[name]-[hash]',
  // Packages that are CommonJS inside need `require` for Node's own modules.
  banner: {
    js: "import { createRequire as affektRequire } from 'node:module'; const require = affektRequire(import.meta.url);",
  },
  minify: true,
  metafile: true,
  write: false,
  logLevel: 'warning',
} as const satisfies BuildOptions;
