import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createClient, openConfigFiles, readSettings } from '../../../src/tracking/client/index.ts';
import { errorOf, unwrap } from './results.ts';

const test = suite('tracking client: certificates');

const folder = join(import.meta.dirname, 'tls');
const pem = (name: string) => join(folder, `${name}.pem`);

/** A server whose certificate no system knows; `clients` asks for theirs. */
async function createTlsServer({ clients }: { clients: boolean }) {
  const own = readFileSync(pem('server'));
  const seen: string[] = [];
  const server = createServer(
    {
      key: own,
      cert: own,
      ca: readFileSync(pem('authority')),
      requestCert: clients,
      rejectUnauthorized: clients,
    },
    (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate();
      seen.push(String(subject?.CN ?? 'nobody'));
      response.end('{"experiment":{"experiment_id":"1","name":"a"}}');
    },
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    seen,
    uri: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function ask(uri: string, env: Readonly<Record<string, string>>) {
  const all = { MLFLOW_TRACKING_URI: uri, HOME: folder, ...env };
  const settings = unwrap(readSettings(all, openConfigFiles(all)));
  if (settings === undefined) throw new Error('no server');
  const client = createClient({ ...settings, retry: { attempts: 2, base: 0 } });
  const answer = await client.experiments.get('1');
  client.close();
  return answer;
}

test('an unknown authority is refused at once, with the variable that names it', async () => {
  await using server = await createTlsServer({ clients: false });
  const error = errorOf(await ask(server.uri, {}));
  assert.equal([error.kind, error.retry], ['network', 'setup']);
  assert.match(error.hint ?? '', /MLFLOW_TRACKING_SERVER_CERT_PATH/);
  assert.is(server.seen.length, 0);
});

test('with its certificate it is trusted; without checking as well', async () => {
  await using server = await createTlsServer({ clients: false });
  unwrap(await ask(server.uri, { MLFLOW_TRACKING_SERVER_CERT_PATH: pem('authority') }));
  unwrap(await ask(server.uri, { MLFLOW_TRACKING_INSECURE_TLS: 'true' }));
  assert.equal(server.seen, ['nobody', 'nobody']);
});

test('a server that wants a certificate of ours gets it', async () => {
  await using server = await createTlsServer({ clients: true });
  const trusted = { MLFLOW_TRACKING_SERVER_CERT_PATH: pem('authority') };
  errorOf(await ask(server.uri, trusted));
  unwrap(await ask(server.uri, { ...trusted, MLFLOW_TRACKING_CLIENT_CERT_PATH: pem('client') }));
  assert.equal(server.seen, ['affekt test client']);
});

test('plain HTTP where HTTPS is spoken is said', async () => {
  await using server = await createTlsServer({ clients: false });
  const error = errorOf(await ask(server.uri.replace('https:', 'http:'), {}));
  assert.is(error.kind, 'network');
});

test.run();
