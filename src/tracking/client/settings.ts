import { type Address, parseAddress } from './address.ts';
import { type ConfigFiles, readIni } from './config-files.ts';
import { err, ok, type Result } from './result.ts';
import type { TlsSettings } from './transport.ts';

/** How requests prove who sends them. */
export type Credentials =
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'bearer'; readonly token: string };

/** Everything that MLflow's own environment says about a server. Holds secrets: never print it. */
export interface ServerSettings {
  readonly address: Address;
  readonly credentials?: Credentials;
  /** Where the credentials came from, for messages: `MLFLOW_TRACKING_TOKEN`. */
  readonly credentialsFrom?: string;
  readonly tls: TlsSettings;
  readonly experiment?: string;
  readonly workspace?: string;
  /** Milliseconds, from MLFLOW_HTTP_REQUEST_TIMEOUT. */
  readonly timeout?: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads `address` (default MLFLOW_TRACKING_URI) with the variables and files that MLflow's Python
 * client knows, in its order. `undefined` where no server is named.
 */
export function readSettings(
  env: Environment,
  files: ConfigFiles,
  address: string | undefined = env['MLFLOW_TRACKING_URI'],
): Result<ServerSettings | undefined> {
  if (address === undefined || address.trim() === '') return ok(undefined);
  const databricks = (profile: string) => readDatabricks(env, files, profile);
  const parsed = parseAddress(address, databricks);
  if (!parsed.ok) return parsed;
  const tls = readTls(env, files);
  if (!tls.ok) return tls;
  const seconds = Number(env['MLFLOW_HTTP_REQUEST_TIMEOUT'] || Number.NaN);
  const experiment = env['MLFLOW_EXPERIMENT_NAME'];
  const workspace = env['MLFLOW_WORKSPACE'];
  return ok({
    address: parsed.value,
    ...readCredentials(env, files, parsed.value),
    tls: tls.value,
    ...(experiment && { experiment }),
    ...(workspace && { workspace }),
    ...(seconds > 0 && { timeout: seconds * 1000 }),
  });
}

type Found = Pick<ServerSettings, 'credentials' | 'credentialsFrom'>;

function readCredentials(env: Environment, files: ConfigFiles, address: Address): Found {
  const [username, password] = [env['MLFLOW_TRACKING_USERNAME'], env['MLFLOW_TRACKING_PASSWORD']];
  if (username && password) {
    return basic(username, password, 'MLFLOW_TRACKING_USERNAME');
  }
  if (address.kind === 'databricks') {
    const token = readDatabricks(env, files, address.profile ?? 'DEFAULT')?.token;
    if (token) return bearer(token, 'Databricks');
  }
  if (address.userinfo !== undefined) {
    return basic(address.userinfo.username, address.userinfo.password, 'the address');
  }
  const token = env['MLFLOW_TRACKING_TOKEN']?.trim();
  if (token) return bearer(token, 'MLFLOW_TRACKING_TOKEN');
  // DagsHub takes its token as user and as password.
  const dagshub = env['DAGSHUB_TOKEN'] || env['DAGSHUB_USER_TOKEN'];
  if (address.kind === 'dagshub' && dagshub) return basic(dagshub, dagshub, 'DAGSHUB_TOKEN');
  const file = readIni(files.mlflow() ?? '').get('mlflow');
  const [user, secret] = [
    file?.get('mlflow_tracking_username'),
    file?.get('mlflow_tracking_password'),
  ];
  return user && secret ? basic(user, secret, '~/.mlflow/credentials') : {};
}

function basic(username: string, password: string, credentialsFrom: string): Found {
  return { credentials: { type: 'basic', username, password }, credentialsFrom };
}

function bearer(token: string, credentialsFrom: string): Found {
  return { credentials: { type: 'bearer', token }, credentialsFrom };
}

function readDatabricks(env: Environment, files: ConfigFiles, profile: string) {
  const [host, token] = [env['DATABRICKS_HOST'], env['DATABRICKS_TOKEN']];
  if (profile === 'DEFAULT' && host) return { host, token };
  const section = readIni(files.databricks() ?? '').get(profile);
  const written = section?.get('host');
  return written === undefined ? undefined : { host: written, token: section?.get('token') };
}

function readTls(env: Environment, files: ConfigFiles): Result<TlsSettings> {
  const insecure = /^(true|1)$/i.test(env['MLFLOW_TRACKING_INSECURE_TLS'] ?? '');
  const read = (variable: string): Result<string | undefined> => {
    const path = env[variable];
    if (path === undefined || path === '') return ok(undefined);
    const text = files.read(path);
    return text === undefined
      ? err({
          kind: 'invalid',
          retry: 'setup',
          field: variable,
          message: `${variable} names ${path}, which cannot be read`,
        })
      : ok(text);
  };
  const ca = read('MLFLOW_TRACKING_SERVER_CERT_PATH');
  if (!ca.ok) return ca;
  const own = read('MLFLOW_TRACKING_CLIENT_CERT_PATH');
  if (!own.ok) return own;
  return ok({
    ...(insecure && { rejectUnauthorized: false }),
    ...(ca.value !== undefined && !insecure && { ca: ca.value }),
    // One file holds the certificate and its key.
    ...(own.value !== undefined && { cert: own.value, key: own.value }),
  });
}
