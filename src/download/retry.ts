import { DownloadError } from './download-error.ts';
import type { Tools } from './tools.ts';

const attempts = 6;
const firstWait = 500;
const longestWait = 30_000;
/** A server that wants more patience than this is left alone. */
const mostPatience = 5 * 60_000;

/**
 * Runs a task until it succeeds, fails for good, or has failed six times. Between attempts it waits
 * what the server asks for, else d = 0.5 s · 2ⁿ up to 30 s, of which a random half to whole ("equal
 * jitter"), so that clients that were refused together do not come back together.
 */
export async function retry<T>(tools: Tools, task: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await task();
    } catch (error) {
      tools.signal.throwIfAborted();
      const failure = asDownloadError(error);
      if (failure === undefined) throw error;
      if (!failure.again || attempt + 1 >= attempts) throw failure;
      if ((failure.after ?? 0) > mostPatience) {
        const minutes = Math.ceil((failure.after ?? 0) / 60_000);
        throw new DownloadError(`${failure.message}, and asks to wait ${minutes} minutes`, {
          hint: 'Run the command again later: what is there is kept.',
          ...(failure.status !== undefined && { status: failure.status }),
        });
      }
      const most = Math.min(longestWait, firstWait * 2 ** attempt);
      await tools.wait(failure.after ?? (most * (1 + tools.random.next())) / 2, tools.signal);
    }
  }
}

/** Cut connections and unreachable hosts are worth another attempt; bugs are not. */
function asDownloadError(error: unknown): DownloadError | undefined {
  if (error instanceof DownloadError) return error;
  if (!(error instanceof TypeError) && !isNetworkError(error)) return undefined;
  const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
  const code = cause?.code ?? (error as NodeJS.ErrnoException).code;
  if (error instanceof TypeError && cause === undefined) return undefined;
  return new DownloadError(wordNetwork(code, cause?.message), {
    // A certificate does not mend itself in a minute.
    again: !/CERT|TLS|SSL|SIGNED/.test(code ?? ''),
    hint: 'Check the connection; behind a proxy set HTTPS_PROXY and NODE_USE_ENV_PROXY=1.',
  });
}

function isNetworkError(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' && /^(UND_ERR|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_)/.test(code);
}

function wordNetwork(code: string | undefined, message = 'no answer'): string {
  const words: Readonly<Record<string, string>> = {
    ENOTFOUND: 'the host is not known',
    EAI_AGAIN: 'the host name cannot be looked up',
    ECONNREFUSED: 'the host refuses connections',
    ECONNRESET: 'the connection was cut',
    UND_ERR_SOCKET: 'the connection was cut',
    ETIMEDOUT: 'the host does not answer',
    UND_ERR_CONNECT_TIMEOUT: 'the host does not answer',
    UND_ERR_HEADERS_TIMEOUT: 'the host does not answer',
    UND_ERR_BODY_TIMEOUT: 'the host stopped sending',
  };
  return words[code ?? ''] ?? message;
}
