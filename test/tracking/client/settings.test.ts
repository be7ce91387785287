import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ConfigFiles,
  type Environment,
  parseAddress,
  readSettings,
  withoutSecrets,
} from '../../../src/tracking/client/index.ts';
import { errorOf, unwrap } from './results.ts';
import { createRig } from './rig.ts';

const test = suite('tracking client: addresses and credentials');

function settings(env: Environment, files: Partial<Record<'mlflow' | 'databricks', string>> = {}) {
  const config: ConfigFiles = {
    mlflow: () => files.mlflow,
    databricks: () => files.databricks,
    read: () => undefined,
  };
  return readSettings(env, config);
}

const addresses: readonly (readonly [string, string, string])[] = [
  ['http://localhost:5000', 'http://localhost:5000/', 'plain'],
  ['http://localhost:5000/', 'http://localhost:5000/', 'plain'],
  ['https://a.org/mlflow/', 'https://a.org/mlflow', 'plain'],
  ['https://u:p@a.org/mlflow?x=1#/experiments', 'https://a.org/mlflow', 'plain'],
  ['https://dagshub.com/me/speech.mlflow', 'https://dagshub.com/me/speech.mlflow', 'dagshub'],
  ['https://dagshub.com/me/speech', 'https://dagshub.com/me/speech.mlflow', 'dagshub'],
  ['https://dagshub.com/me/speech.git', 'https://dagshub.com/me/speech.mlflow', 'dagshub'],
  ['https://dbc-1.cloud.databricks.com', 'https://dbc-1.cloud.databricks.com/', 'databricks'],
];
for (const [text, base, kind] of addresses) {
  test(`${withoutSecrets(text)} is ${base}, ${kind}`, () => {
    const address = unwrap(parseAddress(text));
    assert.equal([address.base.href, address.kind], [base, kind]);
  });
}

for (const text of [
  'localhost:5000',
  'sqlite:///mlflow.db',
  './mlruns',
  'file:///mlruns',
  'https://',
  'https://dagshub.com/me',
  'databricks',
  'https://user:geheim@[',
]) {
  test(`${withoutSecrets(text)} is refused in words, without repeating secrets`, () => {
    const error = errorOf(parseAddress(text));
    assert.equal([error.kind, error.retry], ['invalid', 'setup']);
    assert.not.match(JSON.stringify(error), /geheim/);
  });
}

test('no server is named: nothing', () => {
  assert.is(unwrap(settings({})), undefined);
  assert.is(unwrap(settings({ MLFLOW_TRACKING_URI: '' })), undefined);
});

const uri = 'https://a.org';
const file = {
  mlflow: '[mlflow]\nmlflow_tracking_username = fu\nmlflow_tracking_password= f=p \n',
};
const both = { MLFLOW_TRACKING_USERNAME: 'u', MLFLOW_TRACKING_PASSWORD: 'p' };
const cases: readonly (readonly [
  string,
  Environment,
  typeof file | undefined,
  object | undefined,
])[] = [
  [
    'user and password before a token',
    { ...both, MLFLOW_TRACKING_TOKEN: 't' },
    file,
    { type: 'basic', username: 'u', password: 'p' },
  ],
  [
    'a user alone is not enough: the token',
    { MLFLOW_TRACKING_USERNAME: 'u', MLFLOW_TRACKING_TOKEN: 't' },
    undefined,
    { type: 'bearer', token: 't' },
  ],
  ['the file', {}, file, { type: 'basic', username: 'fu', password: 'f=p' }],
  [
    'what stands in the address, decoded',
    { MLFLOW_TRACKING_URI: 'https://me:a%40b@a.org' },
    undefined,
    { type: 'basic', username: 'me', password: 'a@b' },
  ],
  [
    'DagsHub takes its token as user and password',
    { MLFLOW_TRACKING_URI: 'https://dagshub.com/a/b', DAGSHUB_TOKEN: 'd' },
    undefined,
    { type: 'basic', username: 'd', password: 'd' },
  ],
  ['a DagsHub token is for DagsHub only', { DAGSHUB_TOKEN: 'd' }, undefined, undefined],
  [
    'Databricks by variables',
    { MLFLOW_TRACKING_URI: 'databricks', DATABRICKS_HOST: 'https://d.org', DATABRICKS_TOKEN: 't' },
    undefined,
    { type: 'bearer', token: 't' },
  ],
];
for (const [name, env, files, expected] of cases) {
  test(`credentials: ${name}`, () => {
    const found = unwrap(settings({ MLFLOW_TRACKING_URI: uri, ...env }, files));
    assert.equal(found?.credentials, expected);
  });
}

test('a Databricks profile of the file gives host and token', () => {
  const databricks =
    '[DEFAULT]\nhost = https://x.org\n; no\n[team]\nhost: dbc.cloud.databricks.com\ntoken : s3\n';
  const found = unwrap(settings({ MLFLOW_TRACKING_URI: 'databricks://team' }, { databricks }));
  assert.is(found?.address.base.href, 'https://dbc.cloud.databricks.com/');
  assert.equal(found?.credentials, { type: 'bearer', token: 's3' });
});

test('a certificate that cannot be read is said, with its variable', () => {
  const error = errorOf(
    settings({ MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_SERVER_CERT_PATH: '/no/such.pem' }),
  );
  assert.equal([error.retry, error.field], ['setup', 'MLFLOW_TRACKING_SERVER_CERT_PATH']);
});

test('headers: basic in UTF-8, bearer, workspace; never to another server', async () => {
  await using rig = await createRig();
  await using other = await createRig();
  const basic = { type: 'basic', username: 'jörg', password: 'p:ß' } as const;
  await rig.client({ credentials: basic, workspace: 'team' }).runs.get('a');
  const sent = rig.seen[0]?.headers;
  assert.is(sent?.authorization, `Basic ${Buffer.from('jörg:p:ß').toString('base64')}`);
  assert.is(sent?.['x-mlflow-workspace'], 'team');
  assert.is(sent?.origin, undefined, 'a foreign origin is refused');

  const bearer = rig.client({ credentials: { type: 'bearer', token: 'tok' } });
  await bearer.runs.get('a');
  assert.is(rig.seen[1]?.headers.authorization, 'Bearer tok');

  const artifactUri = `mlflow-artifacts://${new URL(other.url).host}/1/a/artifacts`;
  unwrap(await bearer.artifacts.upload({ artifactUri }, 'a.txt', 'a'));
  assert.is(other.seen.length, 1);
  assert.is(other.seen[0]?.headers.authorization, undefined);
});

test('a secret that a server repeats does not reach the message', async () => {
  await using rig = await createRig();
  const credentials = { type: 'basic', username: 'u', password: 'geheim' } as const;
  const header = Buffer.from('u:geheim').toString('base64');
  rig.fail('runs/get', {
    status: 400,
    body: `bad request: geheim, Authorization: Basic ${header}`,
  });
  const error = errorOf(await rig.client({ credentials }).runs.get('a'));
  assert.match(error.message, /bad request: \*\*\*/);
  assert.not.match(JSON.stringify(error), /geheim/);
  assert.not.ok(JSON.stringify(error).includes(header));
});

test('what a server is: 3, 2, behind a login, something else', async () => {
  await using three = await createRig();
  const facts = unwrap(await three.client().server());
  assert.equal([facts.version, facts.major, facts.workspaces], ['3.17.2', 3, false]);

  await using two = await createRig({ mlflow2: true });
  const old = unwrap(await two.client().server());
  assert.equal([old.version, old.major], ['2.22.5', 2]);

  three.fail('/version', { status: 401, body: 'You are not authenticated.' });
  const login = unwrap(await three.client().server());
  assert.equal([login.version, login.major], [undefined, 3], 'server-info is open');

  three.fail('/health', { status: 200, body: '<!doctype html><title>Router</title>' });
  const error = errorOf(await three.client().server());
  assert.equal([error.kind, error.retry], ['answer', 'setup']);
});

test('the clocks are compared', async () => {
  await using rig = await createRig();
  rig.fail('/health', {
    status: 200,
    body: 'OK',
    headers: { date: 'Thu, 01 Jan 2026 00:05:00 GMT' },
  });
  const facts = unwrap(await rig.client().server());
  assert.is(facts.clockAhead, 300_500);
});

test.run();
