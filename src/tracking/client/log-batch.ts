import type { Batch } from './batches.ts';
import type { Caller, CallOptions } from './caller.ts';
import { checkId, checkMetrics, checkPairs, firstProblem } from './check.ts';
import { invalid, type MlflowError } from './error.ts';
import { limits } from './limits.ts';
import { err, ok, type Result } from './result.ts';
import type { Metric } from './types.ts';

/** One request of `runs/log-batch`. */
export async function logBatch(
  caller: Caller,
  id: string,
  { metrics = [], params = {}, tags = {} }: Partial<Batch>,
  options?: CallOptions,
): Promise<Result<void>> {
  const problem = firstProblem(
    () => checkId('run id', id),
    () => checkSizes({ metrics, params, tags }),
    () => checkMetrics(metrics),
    () => checkPairs('params', params, limits.paramValue),
    () => checkPairs('tags', tags, limits.tagValue),
  );
  if (problem !== undefined) return err(problem);
  const pairs = (of: object) => Object.entries(of).map(([key, value]) => ({ key, value }));
  const answer = await caller.api(
    'POST',
    'runs/log-batch',
    // The id first: a server that trips over a later field has it already.
    { run_id: id, metrics: metrics.map(metricFields), params: pairs(params), tags: pairs(tags) },
    options,
  );
  if (answer.ok) return ok(undefined);
  const unique = /UNIQUE constraint failed|Duplicate entry|unique constraint/i;
  if (!unique.test(answer.error.message)) return answer;
  // MLflow 2 has this NaN already: it was stored by a try whose answer got lost.
  if (metrics.length === 1) return ok(undefined);
  return logOneByOne(caller, id, { metrics, params, tags }, options);
}

/** A batch that is refused because of one point that is there already: nothing of it was stored. */
async function logOneByOne(
  caller: Caller,
  id: string,
  { metrics, params, tags }: Batch,
  options?: CallOptions,
): Promise<Result<void>> {
  const half = Math.ceil(metrics.length / 2);
  const parts: readonly Partial<Batch>[] = [
    ...(Object.keys(params).length + Object.keys(tags).length > 0 ? [{ params, tags }] : []),
    { metrics: metrics.slice(0, half) },
    { metrics: metrics.slice(half) },
  ];
  for (const part of parts) {
    const logged = await logBatch(caller, id, part, options);
    if (!logged.ok) return logged;
  }
  return ok(undefined);
}

/** JSON has no NaN and no Infinity; MLflow reads them as text. */
function metricFields({ key, value, timestamp, step, modelId }: Metric): object {
  return {
    key,
    value: Number.isFinite(value) ? value : String(value),
    timestamp,
    step,
    ...(modelId !== undefined && { model_id: modelId }),
  };
}

function checkSizes({ metrics, params, tags }: Batch): MlflowError | undefined {
  const [paramCount, tagCount] = [Object.keys(params).length, Object.keys(tags).length];
  const rules: readonly (readonly [string, number, number])[] = [
    ['metrics', metrics.length, limits.batchMetrics],
    ['params', paramCount, limits.batchParams],
    ['tags', tagCount, limits.batchTags],
    ['batch', metrics.length + paramCount + tagCount, limits.batchTotal],
    ['metrics', new Set(metrics.map(({ key }) => key)).size, limits.batchKeys],
  ];
  const broken = rules.find(([, count, most]) => count > most);
  if (broken === undefined) return undefined;
  const [field, count, most] = broken;
  return invalid(field, `${count} in one request, at most ${most}; log() cuts them into batches`);
}
