import { err, ok, type Result } from './result.ts';

/** Where a server is, from what stands in MLFLOW_TRACKING_URI. */
export interface Address {
  /** `http` or `https`, without user, password, query and fragment. */
  readonly base: URL;
  readonly kind: 'plain' | 'dagshub' | 'databricks';
  /** User and password that stood in the address. */
  readonly userinfo?: { readonly username: string; readonly password: string };
  /** `databricks://NAME`. */
  readonly profile?: string;
}

/** What `databricks` stands for, from the environment or ~/.databrickscfg. */
export interface DatabricksHost {
  readonly host: string;
  readonly token?: string | undefined;
}

/**
 * Takes `http(s)://…`, a DagsHub repository with or without `.mlflow`, `databricks` and
 * `databricks://PROFILE`. Never repeats the text: it may hold a password.
 */
export function parseAddress(
  text: string,
  databricks: (profile: string) => DatabricksHost | undefined = () => undefined,
): Result<Address> {
  const trimmed = text.trim();
  const profile = /^databricks(?::\/\/([\w.-]*))?$/.exec(trimmed);
  if (profile !== null) return databricksAddress(profile[1] || 'DEFAULT', databricks);
  if (!/^https?:\/\//i.test(trimmed)) return err(notHttp(trimmed));
  if (!URL.canParse(trimmed)) return err(setup('the address of the tracking server is no URL'));

  const url = new URL(trimmed);
  const base = new URL(url.origin + url.pathname.replace(/\/+$/, ''));
  const userinfo =
    url.username === ''
      ? {}
      : {
          userinfo: {
            username: decoded(url.username),
            password: decoded(url.password),
          },
        };
  if (/(^|\.)dagshub\.com$/.test(url.hostname)) {
    // The page of a repository and its tracking server differ by this ending.
    const [owner, repository, ...more] = base.pathname.split('/').filter((part) => part !== '');
    if (owner === undefined || repository === undefined || more.length > 0) {
      return err(setup('a DagsHub address reads https://dagshub.com/OWNER/REPOSITORY.mlflow'));
    }
    base.pathname = `/${owner}/${repository.replace(/(\.mlflow|\.git)?$/, '.mlflow')}`;
    return ok({ base, kind: 'dagshub', ...userinfo });
  }
  const kind = /\.(cloud\.databricks\.com|azuredatabricks\.net|gcp\.databricks\.com)$/;
  return ok({ base, kind: kind.test(url.hostname) ? 'databricks' : 'plain', ...userinfo });
}

/** A `%` that escapes nothing is a part of the text. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An address for the screen: what stands before an `@` is a secret. */
export function withoutSecrets(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/g, '//');
}

function databricksAddress(
  profile: string,
  databricks: (profile: string) => DatabricksHost | undefined,
): Result<Address> {
  const found = databricks(profile);
  if (found === undefined || found.host === '') {
    return err(
      setup(
        `no Databricks host is known for the profile ${profile}`,
        'Set DATABRICKS_HOST and DATABRICKS_TOKEN, or write the profile in ~/.databrickscfg.',
      ),
    );
  }
  const host = /^https?:\/\//.test(found.host) ? found.host : `https://${found.host}`;
  if (!URL.canParse(host)) return err(setup('the Databricks host is no address'));
  return ok({ base: new URL(new URL(host).origin), kind: 'databricks', profile });
}

function notHttp(text: string) {
  const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(text)?.[0];
  if (scheme !== undefined && /^(sqlite|mysql|postgresql|mssql|file)/.test(scheme)) {
    return setup(
      `the tracking address is a ${scheme} store, which only MLflow itself opens`,
      'Start a server on it (mlflow server --backend-store-uri …) and give its http address.',
    );
  }
  return setup(
    scheme === undefined
      ? 'the tracking address has no http:// or https:// before it'
      : `the tracking address begins with ${scheme}:, not with http: or https:`,
  );
}

function setup(message: string, hint?: string) {
  return {
    kind: 'invalid',
    retry: 'setup',
    field: 'address',
    message,
    ...(hint && { hint }),
  } as const;
}
