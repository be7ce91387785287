import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { artifactTypes } from '../../src/artifacts/index.ts';
import { parseArguments } from '../../src/cli/arguments.ts';
import { commands } from '../../src/cli/commands.ts';
import { isOverride, readSelection } from '../../src/cli/selection.ts';
import { parseGlob } from '../../src/engine/address.ts';
import { err } from '../../src/engine/result.ts';
import { readSpec } from '../../src/engine/spec/read-spec.ts';
import { stageKinds } from '../../src/kinds.ts';

const test = suite('commands that the docs show');

const root = join(import.meta.dirname, '../..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'experiments/README.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
  ...readdirSync(join(root, 'experiments')).map((name) => `experiments/${name}`),
].filter((name, index, all) => /\.(md|yaml)$/.test(name) && all.indexOf(name) === index);

/** Lines of code blocks and of comments, and code inside sentences, that call affekt. */
function callsOf(text: string): readonly string[] {
  const spans = [...text.matchAll(/`((?:affekt|\.\/run) [^`\n]+)`/g)].map(([, call = '']) => call);
  const lines = [...text.matchAll(/^(?:[$#] *)?((?:affekt|\.\/run) .+)$/gm)]
    .map(([, call = '']) => call)
    .map((call) => call.split(/ {2,}/)[0] ?? '');
  return [...spans, ...lines];
}

/** Words of a shell line: single quotes, and no more. */
function words(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

/** Stages of a spec of this repository, bases included; undefined for a made-up one. */
function stagesOf(spec: string): readonly string[] | undefined {
  const path = join(root, spec);
  if (!existsSync(path)) return undefined;
  const { extends: base, stages = {} } = parse(readFileSync(path, 'utf8'));
  const below = typeof base === 'string' ? stagesOf(join(spec, '..', base)) : [];
  return [...(below ?? []), ...Object.keys(stages)];
}

function stageOf(address: string): string {
  const parsed = parseGlob(address);
  const first = parsed.ok ? parsed.value[0] : undefined;
  return first === undefined || first === '**' ? '' : first.name;
}

async function check(call: string): Promise<void> {
  // A shell's redirection is not the program's.
  const [program, first = '', ...rest] = words(call.replace(/ > \S+$/, ''));
  if (first.startsWith('--')) return;
  const entry = commands.find(({ name }) => name === first);
  // `./run SPEC` is `affekt run SPEC`; prose such as "affekt works out" is no call.
  if (entry === undefined && program === 'affekt') return;
  const command = await (entry ?? commands.find(({ name }) => name === 'run'))?.load();
  assert.ok(command);
  const argv = entry === undefined ? [first, ...rest] : rest;
  if (argv.length === 0) return;
  const { options, positionals } = parseArguments(command, argv);
  if (!['run', 'plan', 'why'].includes(command.name)) return;
  const [spec = '', ...more] = positionals;
  if (spec.startsWith('experiments/')) assert.ok(existsSync(join(root, spec)), spec);
  const known = stagesOf(spec);
  const selected =
    command.name === 'why'
      ? more.filter((text) => !isOverride(text))
      : Object.values(readSelection(options as never)).flat();
  if (known === undefined) return;
  for (const stage of selected.map(stageOf)) {
    assert.ok(known.includes(stage), `${call}: no stage ${stage}`);
  }
  const overrides = more.filter(isOverride);
  if (overrides.length > 0) await checkOverrides(spec, overrides);
}

async function checkOverrides(spec: string, overrides: readonly string[]): Promise<void> {
  const read = await readSpec({
    ...{ file: join(root, spec), kinds: stageKinds, artifacts: artifactTypes, overrides, env: {} },
    loadModule: async () => err({ message: 'own stages are not loaded here', hint: '' }),
  });
  assert.equal(read.ok ? [] : read.error.map(({ message }) => message), []);
}

for (const page of pages) {
  const calls = callsOf(readFileSync(join(root, page), 'utf8'));
  if (calls.length === 0) continue;
  test(`${page}: ${calls.length}`, async () => {
    for (const call of calls) {
      try {
        await check(call);
      } catch (error) {
        throw new Error(`${call}\n  ${(error as Error).message}`);
      }
    }
  });
}

test('examples of --help', async () => {
  let count = 0;
  for (const entry of commands) {
    for (const example of (await entry.load()).examples ?? []) {
      await check(example.replace(/ {2,}#.*$/, ''));
      count++;
    }
  }
  assert.ok(count > 8);
});

test.run();
