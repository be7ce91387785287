import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { optionsOf } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands.ts';
import { createProject, type Project } from '../util/cli.ts';

const test = suite('completion');

const program = resolve(import.meta.dirname, '../../bin/affekt.js');

function project(): Project {
  const made = createProject();
  made.write({
    // What a shell finds on its PATH.
    'bin/affekt': `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`,
    'experiments/base.yaml': `name: base
stages:
  speech: { uses: fetch, with: { dataset: demo } }
  mel: { uses: melspec, in: speech }
`,
    'experiments/broken.yaml': 'stages: { mel: [',
    'experiments/cnn.yaml':
      'extends: ./base.yaml\nstages: { net: { uses: train-kfold, in: mel }, mel: { with: { n_mels: 40 } } }\n',
    'experiments/base.lock.yaml': 'corpora: {}\n',
    'other/notes.txt': '',
  });
  chmodSync(made.path('bin/affekt'), 0o755);
  return made;
}

async function words(p: Project, ...line: readonly string[]): Promise<readonly string[]> {
  const { code, out, err } = await p.affekt(['completion', 'words', '--', ...line]);
  assert.is(code, 0, err);
  return out
    .split('\n')
    .slice(0, -1)
    .map((each) => each.split('\t')[0] ?? '');
}

test('every command, action and flag of the table is offered where it may stand', async () => {
  using p = project();
  assert.equal(
    await words(p, ''),
    commands.map(({ name }) => name),
  );
  for (const entry of commands) {
    const command = await entry.load();
    const { usage } = command;
    const flags = await words(p, entry.name, '--');
    assert.equal(flags, [...Object.keys(optionsOf(command)).map((name) => `--${name}`), '--help']);
    if (typeof usage === 'string') continue;
    assert.equal(await words(p, entry.name, ''), Object.keys(usage));
  }
});

test('experiments, stages, params and their values', async () => {
  using p = project();
  const specs = ['experiments/base.yaml', 'experiments/broken.yaml', 'experiments/cnn.yaml'];
  assert.equal(await words(p, 'run', ''), specs);
  assert.equal(await words(p, 'tune', 'status', ''), specs);
  assert.equal(await words(p, 'plan', 'o'), ['other/']);
  assert.equal(await words(p, 'run', '--only', 'mel', 'experiments/c'), ['experiments/cnn.yaml']);
  assert.equal(await words(p, 'run', 'experiments/cnn.yaml', ''), ['speech.', 'mel.', 'net.']);
  assert.equal(await words(p, 'run', 'experiments/cnn.yaml', '--from', 'm'), ['mel']);
  assert.equal(await words(p, 'run', 'experiments/cnn.yaml', 'mel.n_me'), ['mel.n_mels=']);
  assert.equal(await words(p, 'run', 'experiments/cnn.yaml', 'mel.scale=d'), ['mel.scale=db']);
  const architecture = await words(p, 'run', 'experiments/cnn.yaml', 'net.architecture=cnn4-');
  assert.equal(architecture, ['net.architecture=cnn4-attention']);
  // Nothing to say is no error: it would be printed into the line that is being typed.
  for (const line of [
    ['run', 'experiments/broken.yaml', ''],
    ['nonsense', ''],
    ['run', 'x.yaml', 'm'],
  ]) {
    assert.equal(await words(p, ...line), [], line.join(' '));
  }
});

test('corpora and runs by name; paths are the shell’s', async () => {
  using p = project();
  assert.equal(await words(p, 'data', 'add', 'em'), ['emodb']);
  assert.equal(await words(p, 'data', 'add', 'emodb', ''), ['']);
  assert.equal(await words(p, 'pack', '-o', ''), ['']);
  p.write({ 'runs/20261127-010203-base-k7f3/run.json': '{}' });
  assert.equal(await words(p, 'diff', 'latest', ''), ['latest', 'k7f3']);
});

/** What a shell says to a script; undefined where it is not installed. */
function inShell(p: Project, shell: string, script: string): readonly string[] | undefined {
  if (spawnSync(shell, ['--version']).error !== undefined) return undefined;
  const path = `${join(p.folder, 'bin')}:${process.env['PATH']}`;
  const { stdout, stderr } = spawnSync(shell, ['-c', script], {
    cwd: p.folder,
    env: { PATH: path, HOME: p.folder },
    encoding: 'utf8',
  });
  assert.is(stderr, '', shell);
  return stdout.trimEnd().split('\n');
}

const lines: readonly (readonly [line: string, words: readonly string[]])[] = [
  ['affekt sho', ['show']],
  ['affekt run experiments/c', ['experiments/cnn.yaml']],
  ['affekt run experiments/cnn.yaml net.arch', ['net.architecture=']],
  ['affekt run experiments/cnn.yaml net.architecture=li', ['net.architecture=light-sernet']],
  ['affekt run experiments/cnn.yaml --only net --kee', ['--keep-going']],
  ['affekt pack -o other/n', ['other/notes.txt']],
];

test('bash completes a line', () => {
  using p = project();
  for (const [line, wanted] of lines) {
    // As bash calls it: "=" is a word of its own, and only what follows it is to be given. compopt
    // refuses outside a completion that a key began.
    const found = inShell(
      p,
      'bash',
      `source <(affekt completion bash); compopt() { :; }
COMP_LINE='${line}' COMP_POINT=\${#COMP_LINE}
read -ra COMP_WORDS <<< "\${COMP_LINE//=/ = }"
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
COMP_POINT=\${#COMP_LINE}
$(complete -p affekt | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
printf '%s\\n' "\${COMPREPLY[@]}"`,
    );
    if (found === undefined) return;
    const cut = line.includes('=') ? wanted.map((word) => word.replace(/^.*=/, '')) : wanted;
    assert.equal(found, cut, line);
  }
});

test('zsh completes a line', () => {
  using p = project();
  for (const [line, wanted] of lines) {
    const found = inShell(
      p,
      'zsh',
      `compdef() { run=$1 }; compadd() { print -rl -- "\${@[\${@[(i)--]}+1,-1]}" }; _files() { print other/notes.txt }
source <(affekt completion zsh)
words=(\${=:-${line}}); CURRENT=\${#words}; $run`,
    );
    if (found === undefined) return;
    assert.equal(found, wanted, line);
  }
});

test('fish completes a line', () => {
  using p = project();
  for (const [line, wanted] of lines) {
    const found = inShell(p, 'fish', `affekt completion fish | source; complete -C '${line}'`);
    if (found === undefined) return;
    assert.equal(
      found.map((each) => each.split('\t')[0]),
      wanted,
      line,
    );
  }
});

test.run();
