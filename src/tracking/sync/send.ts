import type { MlflowClient, MlflowError, Result, Run } from '../client/index.ts';
import type { Content, ModelOperation, Operation, RunUid } from '../layout/operations.ts';
import type { ServerRun } from './cursor.ts';
import { modelFiles } from './model-files.ts';
import { signatureOf } from './signature.ts';

/** Tag by which a run is found again, whatever answer got lost. */
export const uidTag = 'affekt.run_uid';

/** What sending needs to know of the server, and what it learns. */
export interface Place {
  readonly client: MlflowClient;
  readonly experiment: string;
  experimentId: string | undefined;
  readonly runs: Map<RunUid, ServerRun>;
  readonly signal: AbortSignal;
  bytes: number;
}

type Sent = Result<void>;

const done: Sent = { ok: true, value: undefined };

/** Sends one operation. Sending it again, also after half of it got through, changes nothing. */
export async function send(operation: Operation, place: Place): Promise<Sent> {
  const { client, signal } = place;
  const options = { signal };
  if (operation.type === 'experiment') return sendExperiment(operation.tags, place);
  if (operation.type === 'run') return sendRun(operation, place);
  const run = place.runs.get(operation.run);
  if (run === undefined) throw new Error(`the run ${operation.run} was not made`);
  switch (operation.type) {
    case 'params':
      return plain(await client.runs.log(run.id, { params: operation.params }, options));
    case 'tags':
      return plain(await client.runs.log(run.id, { tags: operation.tags }, options));
    case 'metrics':
      return plain(await client.runs.log(run.id, { metrics: operation.metrics }, options));
    case 'datasets':
      return client.runs.logInputs(run.id, operation.datasets, options);
    case 'artifact':
      return upload(run, operation.path, operation.content, place);
    case 'model':
      return sendModel(operation, run, place);
    case 'end': {
      const { status, ended } = operation;
      return client.runs.update(run.id, { status, ended }, options);
    }
  }
}

function plain<T>(result: Result<T>): Sent {
  return result.ok ? done : result;
}

async function sendExperiment(tags: Readonly<Record<string, string>>, place: Place): Promise<Sent> {
  const { client, experiment, signal } = place;
  const found = await client.experiments.ensure({ name: experiment, tags }, { signal });
  if (!found.ok) return found;
  place.experimentId = found.value.id;
  for (const [key, value] of Object.entries(tags)) {
    if (found.value.tags[key] === value) continue;
    const set = await client.experiments.setTag(found.value.id, key, value, { signal });
    if (!set.ok) return set;
  }
  return done;
}

/** The tags that a run of the server is to have: its own, its parent, and what it is found by. */
export function runTags(
  { run, parent, tags }: Extract<Operation, { type: 'run' }>,
  runs: ReadonlyMap<RunUid, ServerRun>,
): Readonly<Record<string, string>> {
  const above = parent === undefined ? undefined : runs.get(parent)?.id;
  return { ...tags, ...(above && { 'mlflow.parentRunId': above }), [uidTag]: run };
}

async function sendRun(
  operation: Extract<Operation, { type: 'run' }>,
  place: Place,
): Promise<Sent> {
  const { client, signal, experimentId } = place;
  if (experimentId === undefined) throw new Error('the experiment was not made');
  const tags = runTags(operation, place.runs);
  const { run, name, started } = operation;
  const made = await client.runs.ensure(
    { experimentId, name, started, tags, identity: { key: uidTag, value: run } },
    { signal },
  );
  if (!made.ok) return made;
  if (made.value.lifecycle === 'deleted') return { ok: false, error: deleted(made.value) };
  place.runs.set(run, { id: made.value.id, artifactUri: made.value.artifactUri });
  if (made.value.name !== name) {
    // Followed live, a run may get its full name when more of it is known.
    const named = await client.runs.update(made.value.id, { name }, { signal });
    if (!named.ok) return named;
  }
  const missing = Object.entries(tags).filter(([key, value]) => made.value.tags[key] !== value);
  if (missing.length === 0) return done;
  return plain(
    await client.runs.log(made.value.id, { tags: Object.fromEntries(missing) }, { signal }),
  );
}

export function deleted({ name }: Run): MlflowError {
  return {
    kind: 'exists',
    retry: 'setup',
    code: 'AFFEKT_DELETED',
    message: `the run ${name} was deleted on the server`,
    hint: 'Restore it there (mlflow runs restore), or delete sync.json after purging it (mlflow gc).',
  };
}

export function isDeleted({ code }: MlflowError): boolean {
  return code === 'AFFEKT_DELETED';
}

async function upload(run: ServerRun, path: string, content: Content, place: Place): Promise<Sent> {
  const at = { artifactUri: run.artifactUri, runId: run.id };
  const source = await sourceOf(content);
  const sent = await place.client.artifacts.upload(at, path, source, { signal: place.signal });
  if (sent.ok) place.bytes += sent.value.bytes;
  return plain(sent);
}

/** The bytes of a file, drawn where it is a picture. */
export async function sourceOf(
  content: Content,
): Promise<Uint8Array | string | { readonly file: string }> {
  if ('text' in content) return content.text;
  if ('file' in content) return content;
  const { chartPng } = await import('../../report/chart.ts');
  return chartPng(content.png);
}

/** Tag by which a logged model is found again. */
const modelTag = 'affekt.model_uid';

async function sendModel(operation: ModelOperation, run: ServerRun, place: Place): Promise<Sent> {
  const { client, experimentId, signal } = place;
  const made = await client.models.ensure(
    {
      experimentId: experimentId ?? '',
      name: operation.name,
      type: 'onnx',
      runId: run.id,
      params: operation.params,
      identity: { key: modelTag, value: operation.run },
    },
    { signal },
  );
  if (!made.ok) return made.error.kind === 'unsupported' ? sendToRun(operation, run, place) : made;
  const { id, artifactUri } = made.value;
  const fields = { model_id: id, model_uuid: id, run_id: run.id, artifact_path: artifactUri };
  const files = await uploadModel(operation, fields, { id: '', artifactUri, folder: '' }, place);
  if (!files.ok) return files;
  const ready = await client.models.finish(id, 'READY', { signal });
  if (!ready.ok) return ready;
  return client.runs.logOutputs(run.id, [{ modelId: id, step: 0 }], { signal });
}

/** MLflow 2 has no models of their own: theirs lie among the files of a run. */
async function sendToRun(operation: ModelOperation, run: ServerRun, place: Place): Promise<Sent> {
  const fields = { run_id: run.id, artifact_path: 'model' };
  const files = await uploadModel(operation, fields, { ...run, folder: 'model/' }, place);
  if (!files.ok) return files;
  const description = JSON.parse(files.value) as object;
  return place.client.models.logToRun(run.id, { ...description }, { signal: place.signal });
}

/** Returns the text of `MLmodel`. */
async function uploadModel(
  operation: ModelOperation,
  fields: Readonly<Record<string, string>>,
  { folder, ...to }: ServerRun & { readonly folder: string },
  place: Place,
): Promise<Result<string>> {
  const small = modelFiles(operation, fields, await signatureOf(operation.onnx.file));
  const contents: readonly (readonly [string, Content])[] = [
    ...Object.entries(small).map(([path, text]) => [path, { text }] as const),
    ['model.onnx', operation.onnx],
  ];
  for (const [path, content] of contents) {
    const sent = await upload(to, `${folder}${path}`, content, place);
    if (!sent.ok) return sent;
  }
  return { ok: true, value: small.MLmodel };
}
