import type { MlflowError } from './error.ts';
import type { NetworkFailure } from './transport.ts';

/** What an answer other than 200 means. A status alone does not say whether to ask again. */
export function classifyAnswer(
  what: string,
  status: number,
  text: string,
  after: number | undefined,
): MlflowError {
  const { code, message } = readErrorBody(text);
  const base = {
    message: `${what}: ${message || `the server answers ${status}`}`,
    status,
    ...(code !== undefined && { code }),
    ...(after !== undefined && { after }),
  };
  if (status === 401 || code === 'UNAUTHENTICATED') {
    return {
      ...base,
      kind: 'unauthorised',
      retry: 'setup',
      message: `${what}: the server wants other credentials`,
      hint: 'Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.',
    };
  }
  if (status === 403 && /Invalid Host header/i.test(text)) {
    return {
      ...base,
      kind: 'host',
      retry: 'setup',
      message: `${what}: the server does not allow the name it was called by`,
      hint: 'Start it with --allowed-hosts NAME (MLflow 3.5 and newer), or call it by an allowed name.',
    };
  }
  if (status === 403) return { ...base, kind: 'denied', retry: 'setup' };
  if (status === 429 || status === 408 || status === 425) {
    return { ...base, kind: 'busy', retry: 'later' };
  }
  // A locked database or an exhausted pool of connections comes as a 400.
  if (code === 'BAD_REQUEST' && /QueuePool|OperationalError|database is locked/.test(message)) {
    return { ...base, kind: 'busy', retry: 'later', ambiguous: true };
  }
  if (code === 'TEMPORARILY_UNAVAILABLE' || (status >= 502 && status <= 504)) {
    return artifactsOff(status, text)
      ? {
          ...base,
          kind: 'unsupported',
          retry: 'setup',
          hint: 'Start the server with --serve-artifacts (the default).',
        }
      : { ...base, kind: 'busy', retry: 'later', ambiguous: true };
  }
  if (code === 'FEATURE_DISABLED') {
    const hint = 'Unset MLFLOW_WORKSPACE: this server has no workspaces.';
    return { ...base, kind: 'unsupported', retry: 'setup', hint };
  }
  if (code === 'RESOURCE_ALREADY_EXISTS') return { ...base, kind: 'exists', retry: 'never' };
  if (code === 'NOT_IMPLEMENTED' || status === 501) {
    return { ...base, kind: 'unsupported', retry: 'never' };
  }
  if (status === 404) {
    // A route that the server does not know is answered with a web page, a missing thing with JSON.
    return code === undefined
      ? { ...base, kind: 'unsupported', retry: 'never' }
      : { ...base, kind: 'not-found', retry: 'never' };
  }
  if (/Changing param values is not allowed/.test(message)) {
    return { ...base, kind: 'conflict', retry: 'never' };
  }
  if (status >= 500) return { ...base, kind: 'server', retry: 'limited', ambiguous: true };
  if (status >= 300 && status < 400) {
    return {
      ...base,
      kind: 'answer',
      retry: 'setup',
      message: `${what}: the server sends elsewhere (${status})`,
      hint: 'Give the address it answers at itself: https and not http, the whole path.',
    };
  }
  return { ...base, kind: 'refused', retry: 'never' };
}

function artifactsOff(status: number, text: string): boolean {
  return status === 503 && /serve-artifacts|artifacts-only/.test(text);
}

/** MLflow's JSON, or the first words of whatever came: never assume that an error is JSON. */
function readErrorBody(text: string): { code: string | undefined; message: string } {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'error_code' in body) {
      const message = 'message' in body ? oneLine(String(body.message)) : '';
      return { code: String(body.error_code), message };
    }
  } catch {
    // A web page or plain text.
  }
  const page = /^\s*<(!doctype|html)/i.test(text);
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1];
  return { code: undefined, message: page ? oneLine(title ?? '') : oneLine(text) };
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

const words: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host is not known',
  EAI_AGAIN: 'the host name cannot be looked up now',
  ECONNREFUSED: 'nothing listens at that address',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'the host does not answer',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
};

/** Certificates and protocols do not mend themselves; everything else may. */
export function classifyFailure(
  what: string,
  { reason, code, message, sent }: NetworkFailure,
): MlflowError {
  const text = `${what}: ${words[code] ?? message}`;
  if (reason === 'aborted')
    return { kind: 'aborted', retry: 'later', message: text, ambiguous: sent };
  if (reason === 'timeout')
    return { kind: 'timeout', retry: 'later', message: text, ambiguous: sent };
  if (reason === 'file') return { kind: 'invalid', retry: 'never', message: text, field: 'file' };
  if (/CERT|SELF_SIGNED|UNABLE_TO_|TLS|SSL|EPROTO/.test(code)) {
    return {
      kind: 'network',
      retry: 'setup',
      message: text,
      hint: 'Name its certificate in MLFLOW_TRACKING_SERVER_CERT_PATH, or check http and https.',
    };
  }
  return { kind: 'network', retry: 'later', message: text, ambiguous: sent };
}
