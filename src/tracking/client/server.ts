import { type Caller, type CallOptions, readAll } from './caller.ts';
import { fieldsOf, textOf } from './json.ts';
import { err, ok, type Result } from './result.ts';

export interface ServerFacts {
  /** `3.17.2`; missing where the server does not tell. */
  readonly version: string | undefined;
  /** 2 or 3; missing where neither the version nor a newer route tells. */
  readonly major: number | undefined;
  readonly workspaces: boolean;
  readonly store: string | undefined;
  /** The server's clock minus ours in milliseconds, exact to about a second. */
  readonly clockAhead: number | undefined;
}

/** Asks a server what it is: health, version, and what newer servers say of themselves. */
export async function detectServer(
  caller: Caller,
  options: CallOptions = {},
): Promise<Result<ServerFacts>> {
  const health = await getText(caller, 'health', options);
  if (!health.ok) return health;
  const clock = health.value.date;
  // A date header is cut to the second: half of one is right on average.
  const clockAhead = clock === undefined ? undefined : clock + 500 - caller.timing.now();
  if (!/^OK\b/.test(health.value.text) && /^\s*</.test(health.value.text)) {
    return err({
      kind: 'answer',
      retry: 'setup',
      message: 'health: a web page came where MLflow answers OK',
      hint: 'Is this the address of an MLflow server?',
    });
  }
  const asked = await getText(caller, 'version', options);
  if (!asked.ok && asked.error.retry === 'later') return asked;
  const version = asked.ok ? /^\d+\.\d+[\w.]*$/.exec(asked.value.text.trim())?.[0] : undefined;
  const info = await getText(caller, 'api/3.0/mlflow/server-info', options);
  const fields = info.ok ? parseFields(info.value.text) : {};
  const store = textOf(fields['store_type']);
  const told = version?.split('.')[0];
  const major = told !== undefined ? Number(told) : info.ok ? 3 : undefined;
  return ok({
    version,
    major,
    workspaces: fields['workspaces_enabled'] === true,
    store,
    clockAhead,
  });
}

async function getText(
  caller: Caller,
  path: string,
  { signal }: CallOptions,
): Promise<Result<{ readonly text: string; readonly date: number | undefined }>> {
  const answer = await caller.exchange(
    { method: 'GET', url: caller.url(path), what: path, signal },
    async (body) => ok((await readAll(body, 2 ** 20)).toString('utf8')),
  );
  return answer.ok ? ok({ text: answer.value.value, date: answer.value.date }) : answer;
}

function parseFields(text: string) {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return {};
  }
}
