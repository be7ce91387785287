import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseArguments } from '../../src/cli/arguments.ts';
import { defineCommand, UsageError } from '../../src/cli/command.ts';
import { commandHelp, programHelp } from '../../src/cli/help.ts';

const test = suite('arguments');

const command = defineCommand({
  name: 'bake',
  usage: 'CAKE [LAYER]',
  summary: 'Bakes.',
  positionals: { least: 1, most: 2 },
  options: {
    only: { type: 'list', value: 'A', summary: 'these' },
    jobs: { type: 'integer', short: 'j', value: 'N', minimum: 1, summary: 'at once' },
    'keep-going': { type: 'flag', summary: 'go on' },
  },
  async run() {
    return 0;
  },
});

test('reads flags, values, repeats and positionals in any order', () => {
  const { options, positionals } = parseArguments(command, [
    '--only',
    'a',
    'cake',
    '-j4',
    '--only=b[fold=1]',
    'x.y=-1e-3',
    '--keep-going',
  ]);
  assert.equal(options, {
    only: ['a', 'b[fold=1]'],
    jobs: 4,
    'keep-going': true,
  });
  assert.equal(positionals, ['cake', 'x.y=-1e-3']);
});

test('what is absent has a value of its type', () => {
  const { options } = parseArguments(command, ['cake']);
  assert.equal(options, { only: [], jobs: undefined, 'keep-going': false });
});

test('the profile of the configuration is every command’s', () => {
  assert.is(parseArguments(command, ['cake', '--profile', 'lab']).profile, 'lab');
  assert.is(parseArguments(command, ['cake']).profile, undefined);
});

test('after -- everything is positional', () => {
  assert.equal(parseArguments(command, ['--', '--only', 'x']).positionals, ['--only', 'x']);
});

const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
  [
    'a misspelt flag',
    ['cake', '--kep-going'],
    /unknown flag --kep-going; did you mean --keep-going\?/,
  ],
  ['a flag like no other', ['cake', '--zzzzzz'], /^unknown flag --zzzzzz$/],
  ['an unknown letter', ['cake', '-x'], /unknown flag -x/],
  ['a value that is missing', ['cake', '--only'], /--only needs a value/],
  ['a flag in place of a value', ['cake', '--only', '--keep-going'], /--only needs a value/],
  ['an empty value', ['cake', '--only='], /--only needs a value/],
  ['a value for a flag', ['cake', '--keep-going=yes'], /--keep-going takes no value/],
  ['a number that is none', ['cake', '-j', 'two'], /-j needs a whole number from 1 up, got "two"/],
  ['a fraction', ['cake', '--jobs', '1.5'], /got "1.5"/],
  ['a number below the least', ['cake', '--jobs=0'], /from 1 up, got "0"/],
  ['too few arguments', [], /too few arguments/],
  ['too many arguments', ['a', 'b', 'c'], /unexpected argument "c"/],
];
for (const [name, argv, wanted] of wrong) {
  test(`refuses ${name}`, () => {
    assert.throws(
      () => parseArguments(command, argv),
      (error: unknown) => error instanceof UsageError && wanted.test(error.message),
    );
  });
}

test('help wins over a missing argument', () => {
  assert.is(parseArguments(command, ['--help']).help, true);
  assert.is(parseArguments(command, ['-h']).help, true);
});

test('help is made from the definition', () => {
  assert.is(
    commandHelp(command),
    `Bakes.

Usage: affekt bake CAKE [LAYER]

      --only A      these (repeatable)
  -j, --jobs N      at once
      --keep-going  go on
      --profile P   use a profile of the configuration
  -h, --help        this text
`,
  );
});

test('the help of the program fits one screen', () => {
  const lines = programHelp().trimEnd().split('\n');
  assert.ok(lines.length <= 24, `${lines.length} lines`);
  assert.ok(lines.every((line) => line.length <= 80));
});

test.run();
