import { DownloadError } from './download-error.ts';
import type { Token, Tools } from './tools.ts';
import { shortUrl } from './url.ts';

/**
 * One GET, following redirects. A token goes to its own origin only (fetch drops it on the way to
 * another). Throws `DownloadError` for anything but 200 and 206; 416 too, for the caller to judge.
 */
export async function request(
  tools: Tools,
  url: string,
  {
    token,
    headers = {},
  }: { token?: Token | undefined; headers?: Readonly<Record<string, string>> },
): Promise<Response> {
  const secret =
    token !== undefined && new URL(url).origin === token.origin
      ? tools.env[token.variable]
      : undefined;
  const response = await fetch(url, {
    signal: tools.signal,
    redirect: 'follow',
    headers: {
      // A transfer that is packed on the way has other offsets than the file: no resuming.
      'accept-encoding': 'identity',
      'user-agent': 'affekt',
      ...headers,
      ...(secret && { authorization: `Bearer ${secret}` }),
    },
  });
  if (response.status === 200 || response.status === 206) return response;
  // Reads it to the end, so that the connection serves the next request.
  await response.arrayBuffer().catch(() => undefined);
  throw refused(response, url, token, secret !== undefined, tools);
}

function refused(
  response: Response,
  url: string,
  token: Token | undefined,
  known: boolean,
  tools: Tools,
): DownloadError {
  const { status } = response;
  const what = `${shortUrl(url)} answers ${status}`;
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const after = retryAfter(response.headers.get('retry-after'), tools.now());
    return new DownloadError(`${what} (${status === 429 ? 'too many requests' : 'not now'})`, {
      status,
      again: true,
      ...(after !== undefined && { after }),
    });
  }
  if ([401, 403, 404].includes(status) && token !== undefined) {
    return new DownloadError(what, {
      status,
      hint: known
        ? `The token in ${token.variable} may not read it, or it is not there.`
        : `It perhaps needs a token: set ${token.variable} (it is never written anywhere).`,
    });
  }
  const words: Readonly<Record<number, string>> = {
    401: 'it wants a login',
    403: 'it is forbidden',
    404: 'there is no such file',
    410: 'it is gone',
  };
  return new DownloadError(words[status] === undefined ? what : `${what}: ${words[status]}`, {
    status,
  });
}

/** Seconds, or a date, as milliseconds from now. */
function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  const after = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(after) && after >= 0 ? after : undefined;
}

/** Reads JSON; what is no JSON is a web page in most cases. */
export async function requestJson(
  tools: Tools,
  url: string,
  token?: Token,
): Promise<{ readonly value: unknown; readonly headers: Headers }> {
  const response = await request(tools, url, { token, headers: { accept: 'application/json' } });
  const text = await response.text();
  try {
    return { value: JSON.parse(text), headers: response.headers };
  } catch {
    throw new DownloadError(`${shortUrl(url)} answers with a web page where a list was asked for`, {
      hint:
        token === undefined
          ? 'Check the address.'
          : `Perhaps it needs a token: set ${token.variable}.`,
    });
  }
}
