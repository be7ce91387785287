import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

/** Where the compiled kernels lie: in the sources, so that nobody needs a compiler to run or test them. */
export const kernelsFile = 'src/dsp/wasm/binary.ts';

/**
 * Compiles kernels/ to WebAssembly with 128-bit SIMD. Relaxed SIMD, whose results differ between
 * processors, stays off.
 */
export async function kernelsText(root: string): Promise<string> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      'kernels/index.ts',
      ...['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd'],
      ...['--disable', 'bulk-memory', '--disableWarning', '112', '-o', 'kernels.wasm'],
    ],
    {
      readFile(name, folder) {
        try {
          return readFileSync(join(root, folder, name), 'utf8');
        } catch {
          return null;
        }
      },
      writeFile(_, contents) {
        if (contents instanceof Uint8Array) binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || binary === undefined) throw new Error(`kernels: ${stderr.toString()}`);
  const lines =
    Buffer.from(binary)
      .toString('base64')
      .match(/.{1,92}/g) ?? [];
  return [
    '// Made from kernels/ by `npm run generate`.',
    'export const binary = `',
    ...lines,
    '`;',
    '',
  ].join('\n');
}
