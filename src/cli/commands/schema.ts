import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { packageRoot } from '../package-root.ts';

export const schema = defineCommand({
  name: 'schema',
  usage: '',
  summary: 'Prints the JSON Schema of experiment files, which editors complete and check from.',
  positionals: { least: 0, most: 0 },
  options: { path: { type: 'flag', summary: 'print where the schema file is instead' } },
  examples: ['affekt schema > experiment.schema.json'],
  async run({ options, io }) {
    const path = join(packageRoot(), 'schema', 'experiment.schema.json');
    io.out.write(options.path ? `${path}\n` : readFileSync(path, 'utf8'));
    return exitCode.ok;
  },
});
