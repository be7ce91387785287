import { checkText } from './check.ts';
import { invalid, type MlflowError } from './error.ts';
import { err, ok, type Result } from './result.ts';

/** Path of a file below a run: relative, `/` between its parts. */
export function checkArtifactPath(path: string): MlflowError | undefined {
  const text = checkText('artifact path', path, 4096);
  if (text !== undefined) return text;
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    return invalid('artifact path', `${JSON.stringify(path)} is no plain relative path`);
  }
  // The server decodes a path more than once: these come out as something else, or not at all.
  const odd = /[%#?:\\\n\r\t]/.exec(path)?.[0];
  if (odd !== undefined) {
    return invalid('artifact path', `${JSON.stringify(path)} holds ${JSON.stringify(odd)}`);
  }
  const long = parts.find((part) => Buffer.byteLength(part) > 255);
  return long === undefined
    ? undefined
    : invalid('artifact path', `a name has ${Buffer.byteLength(long)} bytes, at most 255`);
}

/** A path for a URL; each part is encoded by itself. */
function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** How to reach the files below an artifact address. */
export type ArtifactRoute =
  /** The tracking server, or another, passes them on. `root` has no slash at either end. */
  | { readonly type: 'proxy'; readonly server: URL; readonly root: string }
  /** Somewhere that only the server can write: small files go through the route of its web page. */
  | { readonly type: 'server-only'; readonly scheme: string };

const route = 'api/2.0/mlflow-artifacts/artifacts/';

/** Reads `run.artifactUri` or a model's. */
export function findRoute(artifactUri: string, base: URL): Result<ArtifactRoute> {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(artifactUri)?.[1]?.toLowerCase() ?? 'file';
  if (scheme === 'mlflow-artifacts') {
    const [, host, path = ''] =
      /^mlflow-artifacts:(?:\/\/([^/]*))?\/?(.*)$/.exec(artifactUri) ?? [];
    const server = host ? new URL(`${base.protocol}//${host}`) : base;
    return ok({ type: 'proxy', server, root: trimSlashes(path) });
  }
  const at = artifactUri.indexOf(route);
  if ((scheme === 'http' || scheme === 'https') && at > 0) {
    const server = new URL(artifactUri.slice(0, at));
    return ok({ type: 'proxy', server, root: trimSlashes(artifactUri.slice(at + route.length)) });
  }
  if (scheme === 'http' || scheme === 'https') {
    return err({
      kind: 'unsupported',
      retry: 'setup',
      message: 'the artifact address of the run is not one of an MLflow server',
    });
  }
  return ok({ type: 'server-only', scheme });
}

/** Where a file is put and fetched on a proxying server. */
export function proxyUrl(server: URL, root: string, path: string): URL {
  const base = server.href.replace(/\/+$/, '');
  const full = [root, path].filter((part) => part !== '').join('/');
  return new URL(`${base}/${route}${encodePath(full)}`);
}

function trimSlashes(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
