import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ConfigFlags, resolveConfig } from '../../src/cli/config.ts';
import { readAge, readSize } from '../../src/cli/config-layout.ts';

const test = suite('configuration');

interface Given {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: ConfigFlags;
  readonly cwd?: string;
  readonly spec?: string;
}

/** Resolves in a temporary folder that is also the home; paths in the answer start with `@`. */
async function resolve({ files = {}, env = {}, flags = {}, cwd = 'project', spec }: Given) {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'affekt-config-')));
  try {
    for (const [path, text] of Object.entries({ 'project/.keep': '', ...files })) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text);
    }
    const io = { cwd: join(home, cwd), env: { HOME: home, ...env } };
    const result = await resolveConfig(io, flags, spec);
    return JSON.parse(JSON.stringify(result).replaceAll(home, '@')) as {
      ok: boolean;
      value: {
        settings: Record<string, unknown>;
        origins: Record<string, string>;
        project: string;
      };
      error: {
        message: string;
        nearest?: string;
        location?: { file: string; line: number; column: number };
      }[];
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

const project = 'project/affekt.config.yaml';
const user = '.config/affekt/config.yaml';

test('defaults', async () => {
  const { value } = await resolve({});
  assert.is(value.project, '@/project');
  assert.is(value.settings['cache.path'], '@/project/cache');
  assert.is(value.settings['runs.path'], '@/project/runs');
  assert.is(value.settings['data.path'], '@/.local/share/affekt/data');
  assert.is(value.settings['cache.max_size'], 20e9);
  assert.is(value.origins['jobs'], 'default');
});

test('each layer wins over the one below it', async () => {
  const files = {
    [user]: 'jobs: 1\nprofiles: { fast: { jobs: 3 } }\n',
    [project]: 'jobs: 2\n',
  };
  const layers: readonly (readonly [Given, number, string])[] = [
    [{ files: { [user]: files[user] ?? '' } }, 1, '../.config/affekt/config.yaml:1'],
    [{ files }, 2, 'affekt.config.yaml:1'],
    [{ files, env: { AFFEKT_PROFILE: 'fast' } }, 3, '../.config/affekt/config.yaml:2'],
    [{ files, env: { AFFEKT_PROFILE: 'fast', AFFEKT_JOBS: '4' } }, 4, 'AFFEKT_JOBS'],
    [{ files, flags: { jobs: 5 }, env: { AFFEKT_PROFILE: 'fast', AFFEKT_JOBS: '4' } }, 5, 'flag'],
  ];
  for (const [given, jobs, origin] of layers) {
    const { value, error } = await resolve(given);
    assert.is(value?.settings['jobs'], jobs, JSON.stringify(error));
    assert.is(value.origins['jobs']?.replace('@/', ''), origin.replace('../', ''));
  }
});

test('paths start from the file that wrote them, or from where the variable was set', async () => {
  const files = { [project]: 'cache: { path: ../shared/cache }\nruns: { path: ~/runs }\n' };
  const { value } = await resolve({ files, cwd: 'project', env: { AFFEKT_DATA: 'data' } });
  assert.is(value.settings['cache.path'], '@/shared/cache');
  assert.is(value.settings['data.path'], '@/project/data');
});

test('the file nearest to the spec is the project', async () => {
  const files = {
    [project]: 'jobs: 2\n',
    'other/affekt.config.yaml': 'jobs: 7\n',
    'other/a/x.yaml': '',
  };
  const { value } = await resolve({ files, spec: '../other/a/x.yaml' });
  assert.is(value.project, '@/other');
  assert.is(value.settings['jobs'], 7);
  const without = await resolve({
    files: { [project]: 'jobs: 2\n', 'far/x.yaml': '' },
    spec: '../far/x.yaml',
  });
  assert.is(without.value.project, '@/project');
});

test('AFFEKT_CONFIG names the file; the working directory may be anywhere', async () => {
  const files = { 'etc/mine.yaml': 'jobs: 6\n' };
  const { value } = await resolve({ files, env: { AFFEKT_CONFIG: '../etc/mine.yaml' } });
  assert.is(value.settings['jobs'], 6);
  assert.is(value.project, '@/etc');
});

const wrong: readonly (readonly [string, string, string, number, number, string?])[] = [
  ['an unknown key', 'jobs: 2\ncahce: {}\n', 'unknown setting "cahce"', 2, 1, 'cache'],
  [
    'an unknown key inside',
    'cache:\n  maxsize: 1\n',
    'unknown setting "cache.maxsize"',
    2,
    3,
    'max_size',
  ],
  ['a key of a profile', 'profiles:\n  a:\n    job: 1\n', 'unknown setting "job"', 3, 5, 'jobs'],
  ['jobs that are none', 'jobs: many\n', 'jobs must be a whole number from 1 up', 1, 7],
  ['no job', 'jobs: 0\n', 'jobs must be a whole number from 1 up', 1, 7],
  [
    'a size without a unit that is known',
    'cache: { max_size: 3 GBB }\n',
    'cache.max_size must be a size',
    1,
    20,
  ],
  ['an age without a unit', 'cache: { max_age: 30 }\n', 'cache.max_age must be an age', 1, 19],
  ['a path that is a number', 'runs: { path: 3 }\n', 'runs.path must be a path', 1, 15],
  ['a map where a value belongs', 'jobs: { a: 1 }\n', 'jobs must be a whole number', 1, 7],
  ['a value where a map belongs', 'cache: big\n', 'cache must be a map', 1, 8],
  [
    'an executor that is not there',
    'executor: { kind: locla }\n',
    'executor.kind must be "local"',
    1,
    19,
    'local',
  ],
  ['broken YAML', 'cache: { path: x\n', '', 2, 1],
  ['a tab', 'cache:\n\tpath: x\n', '', 2, 1],
];
for (const [name, text, message, line, column, nearest] of wrong) {
  test(`locates ${name}`, async () => {
    const { ok, error } = await resolve({ files: { [project]: text } });
    assert.is(ok, false);
    const [first] = error;
    assert.ok(first?.message.startsWith(message), first?.message);
    assert.is(first?.location?.file, 'affekt.config.yaml');
    assert.equal([first?.location?.line, first?.location?.column], [line, column]);
    assert.is(first?.nearest, nearest);
  });
}

test('all problems of all files and variables are told at once', async () => {
  const files = { [project]: 'jobs: 0\nrusn: {}\n', [user]: 'dtaa: {}\n' };
  const { error } = await resolve({ files, env: { AFFEKT_JOBS: 'x' } });
  assert.is(error.length, 4);
});

test('an unknown profile names the ones there are', async () => {
  const { error } = await resolve({
    files: { [project]: 'profiles: { lab: { jobs: 9 } }\n' },
    env: { AFFEKT_PROFILE: 'lav' },
  });
  assert.is(error[0]?.message, 'unknown profile "lav"');
  assert.is(error[0]?.nearest, 'lab');
});

test('a missing AFFEKT_CONFIG is an error', async () => {
  const { ok, error } = await resolve({ env: { AFFEKT_CONFIG: 'nope.yaml' } });
  assert.is(ok, false);
  assert.match(error[0]?.message ?? '', /there is no file .*nope\.yaml/);
});

test('sizes and ages', async () => {
  const sizes: readonly (readonly [unknown, number | null])[] = [
    ['20 GB', 20e9],
    ['1.5TB', 1.5e12],
    ['512MiB', 512 * 2 ** 20],
    [1000, 1000],
    [null, null],
  ];
  for (const [raw, value] of sizes) assert.equal(readSize(raw), { value });
  assert.equal(readAge('12h'), { value: 0.5 });
  assert.equal(readAge('4w'), { value: 28 });
  assert.ok('problem' in readSize('lots'));
  assert.ok('problem' in readSize(-1));
});

test('a file that AFFEKT_CONFIG names and that is not there', async () => {
  const { error } = await resolve({ env: { AFFEKT_CONFIG: 'no.yaml' } });
  assert.is(error[0]?.message, 'there is no file @/project/no.yaml');
  assert.match((error[0] as { hint?: string }).hint ?? '', /AFFEKT_CONFIG/);
});

test('syntax errors are told as in specs', async () => {
  const message = async (text: string) =>
    (await resolve({ files: { [project]: text } })).error[0]?.message;
  assert.is(await message('\tjobs: 2\n'), 'a tab is used as indentation');
  assert.match((await message('cache: [\n')) ?? '', /^this bracket is never closed/);
  assert.is(await message('jobs: 1\njobs: 2\n'), 'this key is given twice');
});

test.run();
