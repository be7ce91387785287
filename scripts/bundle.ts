import type { BuildOptions } from 'esbuild';
import { decoderPackages } from '../src/audio/decoders.ts';

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
