import { type Fields, fieldsOf, listOf, numberOf, recordOf, textOf } from './json.ts';
import type {
  ArtifactEntry,
  DatasetInput,
  Experiment,
  Lifecycle,
  Metric,
  Run,
  RunStatus,
} from './types.ts';

/** Answers of the server as values of this client; `undefined` where the id is missing. */

export function readExperiment(value: unknown): Experiment | undefined {
  const fields = fieldsOf(value);
  const id = textOf(fields['experiment_id']);
  if (id === undefined) return undefined;
  return {
    id,
    name: textOf(fields['name']) ?? '',
    artifactLocation: textOf(fields['artifact_location']) ?? '',
    lifecycle: readLifecycle(fields),
    tags: recordOf(fields['tags']),
    created: numberOf(fields['creation_time']),
  };
}

export function readRun(value: unknown): Run | undefined {
  const fields = fieldsOf(value);
  const info = fieldsOf(fields['info']);
  const data = fieldsOf(fields['data']);
  const inputs = fieldsOf(fields['inputs']);
  const id = textOf(info['run_id']) ?? textOf(info['run_uuid']);
  if (id === undefined) return undefined;
  return {
    id,
    experimentId: textOf(info['experiment_id']) ?? '',
    name: textOf(info['run_name']) ?? '',
    status: (textOf(info['status']) ?? 'RUNNING') as RunStatus,
    started: numberOf(info['start_time']) ?? 0,
    ended: numberOf(info['end_time']),
    lifecycle: readLifecycle(info),
    artifactUri: textOf(info['artifact_uri']) ?? '',
    params: recordOf(data['params']),
    tags: recordOf(data['tags']),
    metrics: listOf(data['metrics']).map(readMetric),
    datasets: listOf(inputs['dataset_inputs']).map(readDataset),
    models: listOf(fieldsOf(fields['outputs'])['model_outputs']).flatMap(
      (model) => textOf(model['model_id']) ?? [],
    ),
  };
}

export function readMetric(fields: Fields): Metric {
  const modelId = textOf(fields['model_id']);
  return {
    key: textOf(fields['key']) ?? '',
    value: numberOf(fields['value']) ?? Number.NaN,
    timestamp: numberOf(fields['timestamp']) ?? 0,
    step: numberOf(fields['step']) ?? 0,
    ...(modelId !== undefined && modelId !== '' && { modelId }),
  };
}

function readDataset(fields: Fields): DatasetInput {
  const dataset = fieldsOf(fields['dataset']);
  const { 'mlflow.data.context': context, ...tags } = recordOf(fields['tags']);
  const schema = textOf(dataset['schema']);
  const profile = textOf(dataset['profile']);
  return {
    dataset: {
      name: textOf(dataset['name']) ?? '',
      digest: textOf(dataset['digest']) ?? '',
      sourceType: textOf(dataset['source_type']) ?? '',
      source: textOf(dataset['source']) ?? '',
      ...(schema !== undefined && { schema }),
      ...(profile !== undefined && { profile }),
    },
    ...(context !== undefined && { context }),
    tags,
  };
}

/** A file or folder as lists show it. */
export function readEntry(file: Fields): ArtifactEntry {
  const folder = file['is_dir'] === true;
  return {
    path: textOf(file['path']) ?? '',
    folder,
    // Proto leaves zero out.
    size: folder ? undefined : (numberOf(file['file_size']) ?? 0),
  };
}

function readLifecycle(fields: Fields): Lifecycle {
  return fields['lifecycle_stage'] === 'deleted' ? 'deleted' : 'active';
}
