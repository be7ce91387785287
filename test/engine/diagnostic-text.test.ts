import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Location } from '../../src/engine/diagnostic.ts';
import {
  commandLineLocation,
  formatDiagnostic,
  formatDiagnostics,
} from '../../src/engine/diagnostic-text.ts';

const test = suite('diagnostics as text');

const at = (text: string, column: number, length: number, line = 6): Location => ({
  file: 'demo.yaml',
  line,
  column,
  length,
  text,
});

test('place, message, source line, squiggle, nearest value, next step, further places', () => {
  const text = formatDiagnostic({
    severity: 'error',
    message: 'unknown param "n_mel" of melspec',
    location: at('      n_mel: 64', 7, 5),
    nearest: 'n_mels',
    hint: 'It takes n_mels.',
    related: [{ message: 'first given here', location: at('  n_mel: 1', 3, 5, 2) }],
  });
  assert.is(
    text,
    `demo.yaml:6:7 error: unknown param "n_mel" of melspec
          n_mel: 64
          ~~~~~
  did you mean n_mels?
  It takes n_mels.
  demo.yaml:2:3 first given here
      n_mel: 1
      ~~~~~`,
  );
});

test('an argument of the command line', () => {
  const location = commandLineLocation('mel.n_mels=x', 12);
  assert.is(
    formatDiagnostic({ severity: 'warning', message: 'odd', location }),
    'command line: warning: odd\n    mel.n_mels=x\n               ~',
  );
});

test('no place, several, and colours', () => {
  const plain = { severity: 'error', message: 'no such file' } as const;
  assert.is(formatDiagnostics([plain, plain]), 'error: no such file\n\nerror: no such file');
  assert.is(formatDiagnostic(plain, { colour: true }), '\u001b[1;31merror:\u001b[0m no such file');
});

test('the squiggle is under its text after tabs, wide characters and combining marks', () => {
  const line = (text: string, column: number, length: number): string =>
    formatDiagnostic({ severity: 'error', message: 'm', location: at(text, column, length) });
  assert.ok(line('\tkey: x', 7, 1).endsWith('\n     key: x\n          ~'));
  assert.ok(line('名前: x', 5, 1).endsWith('\n    名前: x\n          ~'));
  assert.ok(line('e\u0301: x', 5, 1).endsWith('~'));
  assert.is(line('名前: x', 1, 2).split('\n').at(-1), '    ~~~~');
});

test('a long line is cut around the place', () => {
  const text = `${'a'.repeat(300)}HERE${'b'.repeat(300)}`;
  const [, source = '', squiggle = ''] = formatDiagnostic(
    { severity: 'error', message: 'm', location: at(text, 301, 4) },
    { width: 80 },
  ).split('\n');
  assert.ok(source.length < 90);
  assert.is(source.slice(squiggle.indexOf('~'), squiggle.indexOf('~') + 4), 'HERE');
  assert.is(squiggle.trim(), '~~~~');
});

test('a spec cannot write control sequences to the terminal', () => {
  const text = formatDiagnostic({
    severity: 'error',
    message: 'bad \u001b[2J name',
    location: at('x: \u001b[31m', 4, 5),
  });
  assert.not.ok(text.includes('\u001b'));
});

test('a message of several lines keeps them', () => {
  const message = 'the table cannot be used:\n  labels.csv:3: no speaker\u0007';
  assert.is(
    formatDiagnostics([{ severity: 'error', message, hint: 'Correct it.' }]),
    'error: the table cannot be used:\n  labels.csv:3: no speaker\ufffd\n  Correct it.',
  );
});

test.run();
