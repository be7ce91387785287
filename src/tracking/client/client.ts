import { type Artifacts, createArtifacts } from './artifacts.ts';
import { type CallOptions, createCaller } from './caller.ts';
import { createExperiments, type Experiments } from './experiments.ts';
import { Gate } from './gate.ts';
import { createModels, type Models } from './models.ts';
import type { Result } from './result.ts';
import { defaultRetry, type RetryPolicy } from './retry.ts';
import { createRuns, type Runs } from './runs.ts';
import { detectServer, type ServerFacts } from './server.ts';
import type { Credentials, ServerSettings } from './settings.ts';
import { realTiming, type Timing } from './timing.ts';
import { createTransport } from './transport.ts';

export interface MlflowClient {
  /** The server's address, without secrets. */
  readonly address: string;
  /** Health, version, abilities and clock; asked every time. */
  server(options?: CallOptions): Promise<Result<ServerFacts>>;
  readonly experiments: Experiments;
  readonly runs: Runs;
  readonly artifacts: Artifacts;
  readonly models: Models;
  /** Closes idle connections. */
  close(): void;
}

export interface ClientOptions extends ServerSettings {
  /** Milliseconds for an answer, and for a transfer without progress. Default 60,000. */
  readonly timeout?: number;
  readonly retry?: Partial<RetryPolicy>;
  /** Requests in flight at once. Default 2: MLflow's database is busy with more. */
  readonly parallel?: number;
  readonly timing?: Timing;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Longer than a server waits for its database (20 s) or a free connection to it (30 s). */
const defaultTimeout = 60_000;

/** Talks to one server. Nothing is sent until a method is called; nothing throws for what a server does. */
export function createClient(options: ClientOptions): MlflowClient {
  const { address, credentials, tls, workspace, timing = realTiming, parallel = 2 } = options;
  const { base } = address;
  const transport = createTransport(tls);
  const caller = createCaller({
    base,
    transport,
    timing,
    gate: new Gate(parallel),
    retry: { ...defaultRetry, ...options.retry },
    timeout: options.timeout ?? defaultTimeout,
    headers: {
      ...(credentials !== undefined && { authorization: authorization(credentials) }),
      ...(workspace !== undefined && { 'x-mlflow-workspace': workspace }),
      ...options.headers,
    },
    redact: redactor(credentials),
  });
  return {
    address: base.href.replace(/\/+$/, ''),
    server: (callOptions) => detectServer(caller, callOptions),
    experiments: createExperiments(caller),
    runs: createRuns(caller),
    artifacts: createArtifacts(caller),
    models: createModels(caller),
    close: () => transport.close(),
  };
}

function authorization(credentials: Credentials): string {
  if (credentials.type === 'bearer') return `Bearer ${credentials.token}`;
  const { username, password } = credentials;
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** Some proxies repeat the headers of a request in their error pages. */
function redactor(credentials: Credentials | undefined): (text: string) => string {
  if (credentials === undefined) return (text) => text;
  const secret = credentials.type === 'bearer' ? credentials.token : credentials.password;
  const secrets = [secret, authorization(credentials).split(' ')[1] ?? ''].filter(
    (text) => text.length > 2,
  );
  return (text) => secrets.reduce((clean, one) => clean.replaceAll(one, '***'), text);
}
