import { cpus, hostname } from 'node:os';
import type { TaskRequest } from '../plan/request.ts';
import { treeDigest } from '../plan/tree.ts';
import type { RecordedOutput, TaskRecord } from '../record/types.ts';
import type { JobResult } from './executor.ts';

/** What is remembered of a task that has ended: what it gave, or why it refused to give anything. */
export function taskRecord(
  { data, key }: TaskRequest,
  result: JobResult,
  {
    started,
    seconds,
    run,
  }: { readonly started: Date; readonly seconds: number; readonly run: string },
): TaskRecord {
  const outputs: Record<string, RecordedOutput> = {};
  for (const [port, { type, files }] of Object.entries(result.ok ? result.outputs : {})) {
    outputs[port] = { type, digest: treeDigest(type, files), files };
  }
  return {
    format: 'affekt.record/1',
    key,
    kind: data.kind,
    version: data.version,
    params: data.params,
    seed: data.seed,
    inputs: data.inputs,
    ...(data.names === undefined ? {} : { names: data.names }),
    ...(data.items === null ? {} : { items: data.items }),
    sources: data.sources,
    dependencies: data.dependencies,
    ...(data.salt === null ? {} : { salt: data.salt }),
    outputs,
    ...refusalOf(result),
    consumed: result.ok ? result.consumed : [],
    runtime: {
      host: hostname(),
      cpu_class: cpus()[0]?.model ?? 'unknown',
      node: process.version,
      started: started.toISOString(),
      ended: new Date().toISOString(),
      seconds,
      run,
      ...(result.ok && result.load && { load: result.load }),
    },
  };
}

function refusalOf(result: JobResult): Pick<TaskRecord, 'refused'> {
  if (result.ok || result.failure.reason !== 'task-error') return {};
  const { message, hint } = result.failure;
  return { refused: { message, ...(hint !== undefined && { hint }) } };
}
