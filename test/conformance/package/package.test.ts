import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createProject, type Project } from '../../util/cli.ts';

const test = suite('package');

const root = resolve(import.meta.dirname, '../../..');

function call(cwd: string, program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  assert.is(status, 0, `${program} ${args.join(' ')}:\n${stdout}${stderr}`);
  return stdout;
}

/** Packs a copy of the sources, because packing builds; gives the tarball's path. */
function pack(project: Project): string {
  const sources = project.path('sources');
  const listed = call(root, 'git', 'ls-files', '-z', '-co', '--exclude-standard');
  for (const file of listed
    .split('\0')
    .filter((name) => name !== '' && existsSync(join(root, name)))) {
    mkdirSync(dirname(join(sources, file)), { recursive: true });
    cpSync(join(root, file), join(sources, file));
  }
  symlinkSync(join(root, 'node_modules'), join(sources, 'node_modules'));
  call(sources, 'npm', 'pack', '--silent', '--pack-destination', project.folder);
  const [name = ''] = project.list('.').filter((file) => file.endsWith('.tgz'));
  return project.path(name);
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** As strict as TypeScript gets, declarations included. */
const tsconfig = {
  compilerOptions: {
    target: 'ES2022',
    module: 'nodenext',
    noEmit: true,
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    skipLibCheck: false,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  },
  include: ['experiments'],
};

test('packed and installed into an empty folder it runs, with types and own stages', () => {
  using project = createProject();
  const tarball = pack(project);
  const here = project.path('empty');
  project.write({
    'empty/package.json': { name: 'study', private: true, type: 'module' },
    'empty/tsconfig.json': tsconfig,
  });
  // From npm's own cache, where npm ci left them.
  call(here, 'npm', 'install', '--prefer-offline', '--no-audit', '--ignore-scripts', tarball);

  const installed = join(here, 'node_modules/affekt');
  const files = filesBelow(installed).map((file) => file.slice(installed.length + 1));
  const folders = new Set(files.map((file) => file.split('/')[0]));
  assert.equal(
    [...folders].sort(),
    'CHANGELOG.md CONTRIBUTING.md LICENSE README.md bin dist docs experiments package.json schema'.split(
      ' ',
    ),
  );
  assert.ok(files.includes('dist/licences.txt'));
  for (const file of files) {
    const text = readFileSync(join(installed, file), 'utf8');
    assert.not.ok(
      text.includes(project.folder) || text.includes(root),
      `${file} names this machine`,
    );
  }

  const affekt = (...args: readonly string[]): string => call(here, 'npx', 'affekt', ...args);
  affekt('new', 'experiment', 'first');
  assert.match(
    project.read('empty/experiments/first.yaml'),
    /^# yaml-language-server: \$schema=\.\.\/node_modules\/affekt\/schema\/experiment\.schema\.json\n/,
  );
  assert.match(affekt('run', 'experiments/first.yaml'), /\nUAR 65\.6 % /, 'the number of the demo');
  assert.match(affekt('run', 'experiments/first.yaml'), /^nothing to do/);
  // ONNX Runtime trains: its binaries are in the package.
  assert.match(
    affekt('run', 'experiments/first.yaml', '--quick', 'model.architecture=mlp'),
    /quick/,
  );

  affekt('new', 'stage', 'loudness');
  affekt('run', 'experiments/loudness.yaml');
  assert.ok(existsSync(join(here, 'runs/latest/stages/loudness/table/table.csv')));
  assert.ok(project.list('empty/cache').includes('objects'));
  call(here, process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', here);
  // The check above can fail: a param that is not there.
  const stage = project.read('empty/experiments/stages/loudness.ts');
  project.write({
    'empty/experiments/stages/loudness.ts': stage.replace('params.digits', 'params.digit'),
  });
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', here],
    { cwd: here, encoding: 'utf8' },
  );
  assert.is.not(status, 0);
  assert.match(stdout, /loudness\.ts\(\d+,\d+\): error TS2551: Property 'digit' does not exist/);
});

test.run();
