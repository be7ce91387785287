import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { corpusFiles, wavOf, writeFiles } from './chain.ts';
import { Bench, within } from './launch.ts';

const test = suite('a file that is edited while a stage reads it');

/** Waits for the file `go`; used by programs and stages so that the edit falls inside the task. */
const gate = 'echo waiting; until test -e "$HOME"/go; do sleep 0.01; done';

test('code of a program: the result is not kept, and the next run makes it anew', async () => {
  using bench = new Bench();
  writeFiles(bench.root, {
    'code.sh': `cat value.txt > "$1/before"; ${gate}; cat value.txt > "$1/after"\n`,
    'value.txt': 'old\n',
    'spec.yaml':
      'name: x\nstages: { a: { uses: command, with: { run: [sh, code.sh, "{outputs.out}"], code: [code.sh, value.txt] } } }\n',
  });
  const run = bench.start('x', ['run', 'spec.yaml', '--json']);
  await run.event((event) => event.type === 'task-log');
  writeFileSync(bench.path('value.txt'), 'new\n');
  writeFileSync(bench.path('go'), '');
  const edited = await run.ended;
  assert.is(edited.code, 1, edited.out);
  assert.match(edited.out, /"reason":"input-changed"/);
  const made = (state: string): string => {
    const folder = bench.path(state, 'runs/latest/stages/a/out');
    return (
      readFileSync(join(folder, 'before'), 'utf8') + readFileSync(join(folder, 'after'), 'utf8')
    );
  };

  const again = await bench.run('x', ['run', 'spec.yaml']);
  assert.is(again.code, 0, again.err);
  assert.match(again.out, /1 task ran/);
  assert.is(made('x'), 'new\nnew\n');

  // Nothing of the mixture lies under the old content's key.
  writeFileSync(bench.path('value.txt'), 'old\n');
  const back = await bench.run('x', ['run', 'spec.yaml']);
  assert.match(back.out, /1 task ran/);
  assert.is(made('x'), 'old\nold\n');
});

test('a program that edits its own code never has a result', async () => {
  using bench = new Bench();
  writeFiles(bench.root, {
    'code.sh': 'echo "# more" >> code.sh; echo 1 > "$1/x"\n',
    'spec.yaml':
      'name: x\nstages: { a: { uses: command, with: { run: [sh, code.sh, "{outputs.out}"], code: [code.sh] } } }\n',
  });
  for (let round = 0; round < 2; round++) {
    const { code, err } = await bench.run('x', ['run', 'spec.yaml']);
    assert.is(code, 1);
    assert.match(
      err,
      /failed a: a file changed while it was read; the result was not kept\n.*code\.sh/,
    );
    assert.match(err, /Run the same command again/);
  }
});

/** Adds up the samples of every recording, in a chunk that waits for `go`. */
const sums = `import { defineStage, readCorpus, Type } from 'affekt';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
const home = process.env.HOME;
export default defineStage({
  kind: 'sums', version: 1, summary: 'Sums.', tier: 'pooled',
  inputs: { corpus: { type: 'corpus', summary: 'Recordings' } },
  outputs: { out: { type: 'file', summary: 'Sums' } }, params: Type.Object({}),
  each: {
    over: 'corpus',
    items: (input) => readCorpus(input).utterances.map(({ audio }) => ({ digest: audio })),
    async open() {
      writeFileSync(home + '/waiting', '');
      while (!existsSync(home + '/go')) await new Promise((resolve) => setTimeout(resolve, 10));
      return (item, path) => {
        const sum = readFileSync(path).reduce((a, b) => a + b, 0);
        return { data: Float32Array.of(sum), columns: 1 };
      };
    },
    combine(context, shards, rows) {
      const lines = [...rows].map(([digest, { shard, offset }]) => digest + ' ' +
        readFileSync(shards[shard].path).readFloatLE(readFileSync(shards[shard].path).length - 4 * (rows.size - offset)));
      writeFileSync(context.output('out').path('sums.txt'), lines.sort().join('\\n'));
    },
  },
});
`;

test('a recording used in place: no chunk of mixed bytes is kept', async () => {
  using bench = new Bench();
  writeFiles(bench.root, {
    ...corpusFiles(),
    'sums.ts': sums,
    'spec.yaml':
      "name: x\nstages:\n  speech: { uses: fetch, with: { files: 'audio/*.wav', table: labels.csv } }\n  sums: { uses: ./sums.ts, in: speech }\n",
  });
  const file = bench.path('audio/a-anger-0.wav');
  const old = readFileSync(file);
  const run = bench.start('x', ['run', 'spec.yaml', '--json']);
  await run.event((event) => event.type === 'task-started' && event.address.startsWith('sums'));
  assert.ok(await within(30, () => existsSync(bench.path('waiting'))));
  writeFileSync(file, wavOf(999));
  writeFileSync(bench.path('go'), '');
  const edited = await run.ended;
  assert.is(edited.code, 1, edited.out);
  assert.match(edited.out, /"reason":"input-changed"/);

  const made = (state: string): string =>
    readFileSync(bench.path(state, 'runs/latest/stages/sums/out/sums.txt'), 'utf8');
  for (const bytes of [wavOf(999), old]) {
    writeFileSync(file, bytes);
    const continued = await bench.run('x', ['run', 'spec.yaml']);
    assert.is(continued.code, 0, continued.err);
    const clean = `clean-${bytes === old}`;
    assert.is((await bench.run(clean, ['run', 'spec.yaml'])).code, 0);
    assert.is(made('x'), made(clean), 'the same as in an empty cache');
  }
});

test.run();
