import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { meets, parseWhere, type Values } from '../../src/cli/runs/condition.ts';
import { parseCsv } from '../../src/util/csv.ts';
import { createProject } from '../util/cli.ts';

const test = suite('runs');

const holds = (text: string, values: Values): boolean => {
  const [condition] = parseWhere(text);
  if (condition === undefined) throw new Error('no condition');
  return meets(values, condition);
};

test('conditions compare numbers as numbers, text as text, and unknown with nothing', () => {
  assert.ok(holds('x > 9', [10]));
  assert.ok(holds('x >= 60 %', [0.6]));
  assert.ok(holds('x = 0.003', [3e-3]));
  assert.not.ok(holds('x < 5', ['3']) && holds('x > 5', [null]));
  assert.ok(holds('started > 2026-11-25', ['2026-11-26T10:00:00Z']));
  assert.ok(holds('x = true', [true]));
  assert.ok(holds('x = null', [null]));
  assert.ok(holds('name ~ BASE', ['aesdd-baseline']));
  for (const operator of ['=', '!=', '<', '>', '~']) {
    assert.not.ok(holds(`x ${operator} 1`, []), `${operator} of nothing`);
  }
  // Variants: one that is so is enough, and none may be for !=.
  assert.ok(holds('x = b', ['a', 'b']));
  assert.not.ok(holds('x != b', ['a', 'b']));
});

test('what is written is read as it stands; what is not understood has its column', () => {
  const parsed = parseWhere(
    `uar>0.6 AND name = "sea and sand" and stage.a-b.c != 'x y' and n = big one`,
  );
  assert.equal(
    parsed.map(({ key, operator, value }) => [key, operator, value]),
    [
      ['uar', '>', 0.6],
      ['name', '=', 'sea and sand'],
      ['stage.a-b.c', '!=', 'x y'],
      ['n', '=', 'big one'],
    ],
  );
  for (const [text, words] of [
    ['', /column 1: a name/],
    ['uar', /column 4: one of/],
    ['uar >', /column 6: a value/],
    ['uar > 1 and', /column \d+: .*(name|"and")/],
    ['uar > 0.5 or x = 1', /column \d+: "and"/],
    ['3 > uar', /column 1: a name/],
  ] as const) {
    assert.throws(
      () => parseWhere(text),
      (error: Error) => words.test(error.message),
      text,
    );
  }
});

test('runs are filtered, sorted, shown with what was asked for, and typos named', async () => {
  using p = createProject();
  const shell = `[sh, -c, 'echo > "$1/a"', sh, "{outputs.out}"]`;
  p.write({
    'x.yaml': `name: small\nstages:\n  make: { uses: command, with: { run: ${shell}, params: { size: 3 } } }\n`,
  });
  for (const size of [3, 20, 7]) {
    assert.is((await p.affekt(['run', 'x.yaml', `make.params.size=${size}`])).code, 0);
  }
  const sizes = async (...args: string[]): Promise<readonly string[]> => {
    const { code, out, err } = await p.affekt(['runs', '--csv', ...args]);
    assert.is(code, 0, err);
    const { header, rows } = parseCsv(out);
    return rows.map((row) => row[header.indexOf('make.params.size')] ?? '');
  };
  assert.equal(await sizes('--sort', 'make.params.size desc'), ['20', '7', '3']);
  assert.equal(
    await sizes('--where', 'make.params.size > 3 and state = done', '--sort', 'make.params.size'),
    ['7', '20'],
  );
  const json = await p.affekt(['runs', '--json', '-n', '1', '--columns', 'make.params.size,seed']);
  assert.equal((JSON.parse(json.out) as { values: object }).values, {
    'make.params.size': 7,
    seed: 0,
  });
  const screen = await p.affekt(['runs', '--where', 'make.params.size = 20']);
  assert.match(screen.out, /make\.params\.size +result\n.* 20\n/);
  assert.match(
    (await p.affekt(['runs', '--where', 'seed > 5'])).out,
    /none of 3 runs meets seed > 5/,
  );
  for (const [args, words] of [
    [['--where', 'make.params.sise = 3'], /did you mean make\.params\.size\?/],
    [['--where', 'stat = done'], /did you mean state\?/],
    [['--where', 'state = dome'], /did you mean done\?/],
    [['--sort', 'seeds'], /did you mean seed\?/],
    [['--columns', 'commits'], /did you mean commit\?/],
    [['--csv', '--json'], /two formats/],
  ] as const) {
    const { code, err } = await p.affekt(['runs', ...args]);
    assert.is(code, 2, args.join(' '));
    assert.match(err, words);
  }
});

test('a run that cannot be read is named, and the others are listed', async () => {
  using p = createProject();
  const torn = 'runs/20260102-030405-x-abcd';
  p.write({ 'affekt.config.yaml': '', [`${torn}/run.json`]: '{"format":' });
  const { code, out, err } = await p.affekt(['runs']);
  assert.is(code, 0);
  assert.match(out, /no run yet/);
  assert.is(err, `not listed: ${torn} is damaged: its run.json is not JSON\n`);
});

test.run();
