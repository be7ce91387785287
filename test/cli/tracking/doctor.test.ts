import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRig, type Fault } from '../../tracking/client/rig.ts';
import { createProject } from '../../util/cli.ts';

const test = suite('affekt doctor: the tracking server');

async function doctor(uri: string | undefined, env: Readonly<Record<string, string>> = {}) {
  using project = createProject();
  const { code, out } = await project.affekt(['doctor'], {
    env: { ...env, ...(uri !== undefined && { MLFLOW_TRACKING_URI: uri }) },
  });
  const lines = out.split('\n');
  const about = lines.filter(
    (line, n) => /tracking:/.test(line) || /tracking:/.test(lines[n - 1] ?? ''),
  );
  return { code, out, about: about.join('\n') };
}

test('none is configured: fine, and what shows runs', async () => {
  const { about } = await doctor(undefined);
  assert.match(about, /✓ tracking: no server/);
  assert.match(about, /affekt ui/);
});

test('a good one: address without secrets, version, login, upload tried and taken back', async () => {
  await using rig = await createRig();
  const { out, about } = await doctor(rig.url.replace('//', '//me:geheim@'));
  assert.match(about, `✓ tracking: ${rig.url}, MLflow 3.17.2, login of the address`);
  assert.match(about, /✓ tracking: takes files \(tried with 2 MB\)/);
  assert.not.match(out, /geheim/);
  assert.equal([...rig.store.files], [], 'nothing is left there');
});

const page = '<html><title>413 Request Entity Too Large</title></html>';
const cases: readonly (readonly [string, string, Fault, RegExp])[] = [
  [
    'no login',
    'experiments/search',
    { status: 401 },
    /✗ .*other credentials\n.*MLFLOW_TRACKING_USERNAME/,
  ],
  [
    'no right',
    'experiments/search',
    { status: 403, body: 'Permission denied' },
    /✗ .*Permission denied/,
  ],
  [
    'another name',
    'experiments/search',
    { status: 403, body: 'Invalid Host header - possible DNS rebinding attack detected' },
    /✗ .*does not allow the name.*\n.*--allowed-hosts/,
  ],
  ['a web page', '/health', { status: 200, body: '<html></html>' }, /✗ .*a web page/],
  ['overload', '/health', { status: 503 }, /! .*\n.*affekt sync sends them later/],
  [
    'a proxy with a limit',
    '/probe',
    { status: 413, body: page },
    /! .*upload.*\n.*client_max_body_size/,
  ],
  [
    'another time',
    '/health',
    { status: 200, body: 'OK', headers: { date: 'Thu, 01 Jan 2026 00:00:00 GMT' } },
    /! .*clock is \d+ s behind this machine's/,
  ],
];
for (const [name, path, fault, expected] of cases) {
  test(`${name}: said with what to change`, async () => {
    await using rig = await createRig();
    rig.fail(path, fault);
    const { code, about } = await doctor(rig.url);
    assert.match(about, expected);
    if (about.includes('✗')) assert.is(code, 2);
  });
}

test('an address that is none', async () => {
  const { code, about } = await doctor('postgresql://me:geheim@host/db');
  assert.is(code, 2);
  assert.match(about, /✗ tracking: .*postgresql store/);
  assert.not.match(about, /geheim/);
});

test.run();
