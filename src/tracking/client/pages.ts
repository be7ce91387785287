import { limits } from './limits.ts';
import { err, ok, type Result } from './result.ts';

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** Reads page after page until the end or the limit. */
export async function collectPages<T>(
  limit: number | undefined,
  read: (pageToken: string | undefined, size: number) => Promise<Result<Page<T>>>,
  largest: number = limits.pageSize,
): Promise<Result<readonly T[]>> {
  const all: T[] = [];
  const seen = new Set<string>();
  let token: string | undefined;
  for (;;) {
    const left = (limit ?? Number.POSITIVE_INFINITY) - all.length;
    if (left <= 0) return ok(all);
    const page = await read(token, Math.min(left, largest));
    if (!page.ok) return page;
    all.push(...page.value.items);
    token = page.value.next;
    if (token === undefined || token === '')
      return ok(limit === undefined ? all : all.slice(0, limit));
    // Some versions hand out a token that never advances.
    if (seen.has(token)) {
      return err({
        kind: 'answer',
        retry: 'never',
        message: 'the server repeats the same page for ever',
      });
    }
    seen.add(token);
  }
}
