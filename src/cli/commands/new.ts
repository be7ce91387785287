import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isName } from '../../engine/address.ts';
import { stageKinds } from '../../kinds.ts';
import { defineCommand, UsageError } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { experimentText, stageExperimentText, stageText } from '../templates.ts';

export const newFiles = defineCommand({
  name: 'new',
  usage: { experiment: 'NAME', stage: 'NAME' },
  summary:
    'Writes an experiment, or a stage of your own and an experiment for it, that run as they are.',
  positionals: { least: 2, most: 2 },
  options: {},
  examples: ['affekt new experiment first', 'affekt new stage loudness'],
  async run({ positionals: [action, name = ''], io }) {
    checkName(name);
    const spec = `experiments/${name}.yaml`;
    const folder = resolve(io.cwd, 'experiments');
    const files: [string, string][] = [];
    if (action === 'experiment') {
      files.push([spec, experimentText(name, folder, io.cwd)]);
    } else {
      if (name in stageKinds) {
        throw new UsageError(`affekt has a kind ${name}`, 'Take a name of your own.');
      }
      files.push([`experiments/stages/${name}.ts`, stageText(name)]);
      files.push([spec, stageExperimentText(name, folder, io.cwd)]);
    }
    for (const [file] of files) {
      if (existsSync(resolve(io.cwd, file))) {
        throw new UsageError(`${file} exists`, 'Take another name.');
      }
    }
    for (const [file, text] of files) {
      mkdirSync(dirname(resolve(io.cwd, file)), { recursive: true });
      writeFileSync(resolve(io.cwd, file), text, { flag: 'wx' });
      io.out.write(`wrote ${file}\n`);
    }
    io.out.write(`Next: affekt run ${spec}\n`);
    return exitCode.ok;
  },
});

function checkName(name: string): void {
  if (isName(name)) return;
  const near = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .replace(/-+$/, '');
  throw new UsageError(
    `"${name}" is no name${near === '' ? '' : `; did you mean ${near}?`}`,
    'A small letter, then small letters, digits, "-" and "_": files and stages are named after it.',
  );
}
