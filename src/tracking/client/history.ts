import type { Caller, CallOptions } from './caller.ts';
import { checkId, checkKey, firstProblem } from './check.ts';
import { listOf, textOf } from './json.ts';
import { limits } from './limits.ts';
import { collectPages } from './pages.ts';
import { readMetric } from './read.ts';
import { err, ok, type Result } from './result.ts';
import type { Metric } from './types.ts';

/**
 * Every point of a metric. Always asks for pages: MLflow 3.4 to 3.13 answer nothing and a token that
 * never advances to a request without a size.
 */
export async function readHistory(
  caller: Caller,
  id: string,
  key: string,
  options?: CallOptions,
): Promise<Result<readonly Metric[]>> {
  const problem = firstProblem(
    () => checkId('run id', id),
    () => checkKey('metric key', key),
  );
  if (problem !== undefined) return err(problem);
  return collectPages<Metric>(
    undefined,
    async (pageToken, size) => {
      const answer = await caller.api(
        'GET',
        'metrics/get-history',
        { run_id: id, metric_key: key, max_results: size, page_token: pageToken },
        options,
      );
      if (!answer.ok) return answer;
      const items = listOf(answer.value['metrics']).map(readMetric);
      return ok({ items, next: textOf(answer.value['next_page_token']) });
    },
    limits.historyPage,
  );
}
