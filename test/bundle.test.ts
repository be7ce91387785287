import { build } from 'esbuild';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bundleOptions } from '../scripts/bundle.ts';

const test = suite('bundle');

test('what a run loads before it has anything to do is a handful of chunks', async () => {
  const { metafile } = await build({ ...bundleOptions, define: { AFFEKT_SALTS: '{}' } });
  const entry = (path: string): string =>
    Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === path)?.[0] ?? '';
  const loaded = new Set([entry('src/cli/main.ts'), entry('src/cli/commands/run.ts')]);
  for (const chunk of loaded) {
    for (const { path, kind, external } of metafile.outputs[chunk]?.imports ?? [])
      if (kind === 'import-statement' && external !== true) loaded.add(path);
  }
  // A hundred where esbuild parts the core by what lazy modules share: half a millisecond of processor time each.
  assert.ok(loaded.size > 2 && loaded.size < 12, `${loaded.size} chunks`);
});

test.run();
