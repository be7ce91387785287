import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { decoderPackages } from '../src/audio/decoders.ts';

/** What a run with nothing to do loads. */
const core = resolve('src/cli/commands/run.ts');

/** Loaded by every command, also by those that only print a text. */
const start = resolve('src/cli/main.ts');

/**
 * Makes one chunk of the core. esbuild puts modules together that the same entries reach, and what is
 * imported dynamically is an entry: sixty of those part the core into a hundred chunks, whose loading
 * costs 50 ms of processor time. Here each of them reaches all of the core.
 */
const oneCore: Plugin = {
  name: 'one core',
  setup({ onResolve, onLoad }) {
    const entries = new Set<string>();
    onResolve({ filter: /^[.]|^src/ }, ({ kind, path, resolveDir }) => {
      if (kind === 'dynamic-import' || kind === 'entry-point')
        entries.add(resolve(resolveDir, path));
      return undefined;
    });
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (path === start || !entries.has(path)) return undefined;
      return { contents: `import '${core}';${readFileSync(path, 'utf8')}`, loader: 'ts' };
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
  entryPoints: { cli: 'src/cli/main.ts', worker: 'src/executors/worker.ts', index: 'src/index.ts' },
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
