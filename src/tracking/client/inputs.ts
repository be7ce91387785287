import { checkKey, checkText, firstProblem } from './check.ts';
import { limits } from './limits.ts';
import { err, ok, type Result } from './result.ts';
import type { DatasetInput } from './types.ts';

/** Datasets as `runs/log-inputs` takes them. */
export function inputFields(inputs: readonly DatasetInput[]): Result<readonly object[]> {
  const fields: object[] = [];
  for (const [n, { dataset, context, tags = {} }] of inputs.entries()) {
    const at = `datasets[${n}]`;
    const { name, digest, sourceType, source, schema, profile } = dataset;
    const problem = firstProblem(
      () => checkText(`${at}.name`, name, limits.datasetName),
      () => checkText(`${at}.digest`, digest, limits.datasetDigest),
      () => checkText(`${at}.sourceType`, sourceType, limits.datasetDigest),
      () => checkText(`${at}.source`, source, limits.datasetSource),
      () => checkText(`${at}.schema`, schema ?? '', limits.datasetSchema),
      () => checkText(`${at}.profile`, profile ?? '', limits.datasetProfile),
      () => checkInputTags(at, { ...tags, ...(context !== undefined && { context }) }),
    );
    if (problem !== undefined) return err(problem);
    const all = { ...(context !== undefined && { 'mlflow.data.context': context }), ...tags };
    fields.push({
      tags: Object.entries(all).map(([key, value]) => ({ key, value })),
      dataset: {
        name,
        digest,
        source_type: sourceType,
        source,
        ...(schema !== undefined && { schema }),
        ...(profile !== undefined && { profile }),
      },
    });
  }
  return ok(fields);
}

function checkInputTags(at: string, tags: Readonly<Record<string, string>>) {
  for (const [key, value] of Object.entries(tags)) {
    const problem = firstProblem(
      () => checkKey(`${at} tag`, key),
      () => checkText(`${at}.tags[${JSON.stringify(key)}]`, value, limits.inputTagValue),
    );
    if (problem !== undefined) return problem;
  }
  return undefined;
}
