import { checkArtifactPath } from './artifact-path.ts';
import type { Caller, CallOptions } from './caller.ts';
import { checkId, checkPairs, checkText, firstProblem } from './check.ts';
import { invalid, type MlflowError } from './error.ts';
import { type Fields, fieldsOf, listOf, recordOf, textOf } from './json.ts';
import { limits } from './limits.ts';
import { collectPages } from './pages.ts';
import { readEntry } from './read.ts';
import { err, ok, type Result } from './result.ts';
import { withRetry } from './retry.ts';
import type { ArtifactEntry, Pairs } from './types.ts';

export type ModelStatus = 'PENDING' | 'READY' | 'UPLOAD_FAILED' | 'UNSPECIFIED';

export interface LoggedModel {
  /** `m-` and 32 hexadecimal digits. */
  readonly id: string;
  readonly experimentId: string;
  readonly name: string;
  readonly type: string;
  readonly runId: string | undefined;
  readonly status: ModelStatus;
  /** Where its files go: `artifacts.upload({ artifactUri }, 'MLmodel', …)`. */
  readonly artifactUri: string;
  readonly params: Pairs;
  readonly tags: Pairs;
}

export interface NewModel {
  readonly experimentId: string;
  /** Without `/` and `:`; `runs:/<run>/<name>` and `models:/<id>` then name it in Python. */
  readonly name: string;
  readonly type?: string;
  /** The run that made it. */
  readonly runId?: string;
  readonly params?: Pairs;
  readonly tags?: Pairs;
}

export interface ModelQuery {
  readonly experimentIds: readonly string[];
  /** ``tags.`x` = 'y'``, ``name = 'onnx'``. */
  readonly filter?: string;
  readonly limit?: number;
}

/** Logged models, a thing of MLflow 3: an older server answers with an error `unsupported`. */
export interface Models {
  /** A pending model. A try whose answer got lost is not repeated; `ensure` survives that. */
  create(model: NewModel, options?: CallOptions): Promise<Result<LoggedModel>>;
  /** The model of the experiment that carries the tag, made where there is none. One process at a time. */
  ensure(
    model: NewModel & { readonly identity: { readonly key: string; readonly value: string } },
    options?: CallOptions,
  ): Promise<Result<LoggedModel>>;
  get(id: string, options?: CallOptions): Promise<Result<LoggedModel>>;
  search(query: ModelQuery, options?: CallOptions): Promise<Result<readonly LoggedModel[]>>;
  /** After its files are there: `READY`. */
  finish(
    id: string,
    status: 'READY' | 'UPLOAD_FAILED',
    options?: CallOptions,
  ): Promise<Result<LoggedModel>>;
  setTags(id: string, tags: Pairs, options?: CallOptions): Promise<Result<void>>;
  /** What lies in one folder of the model. */
  list(
    id: string,
    folder?: string,
    options?: CallOptions,
  ): Promise<Result<readonly ArtifactEntry[]>>;
  delete(id: string, options?: CallOptions): Promise<Result<void>>;
  /**
   * MLflow 2: tells the run that a model lies among its artifacts. `description` is the MLmodel file
   * with `artifact_path`, `run_id`, `utc_time_created` and `flavors`.
   */
  logToRun(runId: string, description: Fields, options?: CallOptions): Promise<Result<void>>;
}

/** Servers hand out no more at once. */
const pageSize = 50;

export function createModels(caller: Caller): Models {
  const path = (id: string, more = '') => `logged-models/${encodeURIComponent(id)}${more}`;
  const model = async (
    method: 'GET' | 'POST' | 'PATCH',
    at: string,
    fields: Fields,
    options?: CallOptions & { readonly safe?: boolean },
  ): Promise<Result<LoggedModel>> => {
    const answer = await caller.api(method, at, fields, options);
    if (!answer.ok) return answer;
    const read = readModel(answer.value['model']);
    return read === undefined ? err(noModel(at)) : ok(read);
  };

  const models: Models = {
    async create(wanted, options) {
      const problem = checkModel(wanted);
      if (problem !== undefined) return err(problem);
      const { experimentId, name, type, runId, params = {}, tags = {} } = wanted;
      const made = await model(
        'POST',
        'logged-models',
        {
          experiment_id: experimentId,
          name,
          ...(type !== undefined && { model_type: type }),
          ...(runId !== undefined && { source_run_id: runId }),
          params: pairList(params),
          tags: pairList(tags),
        },
        { ...options, safe: false },
      );
      if (!made.ok) return made;
      const kept = Object.entries(tags).every(([key, value]) => made.value.tags[key] === value);
      return kept ? made : err(noModel('logged-models'));
    },

    async ensure({ identity: { key, value }, ...wanted }, options = {}) {
      if (!/^[^'"`\\]+$/.test(value)) {
        return err(invalid('identity', 'must be text without quotes'));
      }
      const query = {
        experimentIds: [wanted.experimentId],
        filter: `tags.\`${key}\` = '${value}'`,
      };
      return withRetry(
        async () => {
          const found = await models.search(query, options);
          if (!found.ok) return found;
          const [first] = [...found.value].sort(byState);
          if (first !== undefined) return ok(first);
          return models.create({ ...wanted, tags: { ...wanted.tags, [key]: value } }, options);
        },
        { policy: caller.retry, timing: caller.timing, signal: options.signal, safe: true },
      );
    },

    async get(id, options) {
      const problem = checkId('model id', id);
      return problem === undefined ? model('GET', path(id), {}, options) : err(problem);
    },

    search: ({ experimentIds, filter, limit }, options) =>
      collectPages(
        limit,
        async (pageToken, size) => {
          const answer = await caller.api(
            'POST',
            'logged-models/search',
            {
              experiment_ids: experimentIds,
              ...(filter !== undefined && { filter }),
              max_results: size,
              ...(pageToken !== undefined && { page_token: pageToken }),
            },
            options,
          );
          if (!answer.ok) return answer;
          const items = listOf(answer.value['models']).flatMap((one) => readModel(one) ?? []);
          return ok({ items, next: textOf(answer.value['next_page_token']) });
        },
        pageSize,
      ),

    async finish(id, status, options) {
      const problem = checkId('model id', id);
      if (problem !== undefined) return err(problem);
      const fields = { model_id: id, status: `LOGGED_MODEL_${status}` };
      const changed = await model('PATCH', path(id), fields, options);
      return changed.ok && changed.value.status !== status ? err(noModel(path(id))) : changed;
    },

    async setTags(id, tags, options) {
      const problem = firstProblem(
        () => checkId('model id', id),
        () => checkPairs('tags', tags, limits.tagValue),
      );
      if (problem !== undefined) return err(problem);
      const fields = { model_id: id, tags: pairList(tags) };
      return done(await caller.api('PATCH', path(id, '/tags'), fields, options));
    },

    async list(id, folder, options) {
      const problem = firstProblem(
        () => checkId('model id', id),
        () => (folder === undefined ? undefined : checkArtifactPath(folder)),
      );
      if (problem !== undefined) return err(problem);
      return collectPages(undefined, async (pageToken) => {
        const answer = await caller.api(
          'GET',
          path(id, '/artifacts/directories'),
          { artifact_directory_path: folder, page_token: pageToken },
          options,
        );
        if (!answer.ok) return answer;
        const items = listOf(answer.value['files']).map(readEntry);
        return ok({ items, next: textOf(answer.value['next_page_token']) });
      });
    },

    async delete(id, options) {
      const problem = checkId('model id', id);
      if (problem !== undefined) return err(problem);
      return done(await caller.api('DELETE', path(id), { model_id: id }, options));
    },

    async logToRun(runId, description, options) {
      const problem = checkId('run id', runId);
      if (problem !== undefined) return err(problem);
      const fields = { run_id: runId, model_json: JSON.stringify(description) };
      return done(await caller.api('POST', 'runs/log-model', fields, options));
    },
  };
  return models;
}

function done(answer: Result<Fields>): Result<void> {
  return answer.ok ? ok(undefined) : answer;
}

function pairList(pairs: Pairs): readonly object[] {
  return Object.entries(pairs).map(([key, value]) => ({ key, value }));
}

function readModel(value: unknown): LoggedModel | undefined {
  const { info: rawInfo, data: rawData } = fieldsOf(value);
  const info = fieldsOf(rawInfo);
  const id = textOf(info['model_id']);
  if (id === undefined) return undefined;
  const status = textOf(info['status'])?.replace('LOGGED_MODEL_', '') ?? 'UNSPECIFIED';
  return {
    id,
    experimentId: textOf(info['experiment_id']) ?? '',
    name: textOf(info['name']) ?? '',
    type: textOf(info['model_type']) ?? '',
    runId: textOf(info['source_run_id']),
    status: status as ModelStatus,
    artifactUri: textOf(info['artifact_uri']) ?? '',
    params: recordOf(fieldsOf(rawData)['params']),
    tags: recordOf(info['tags']),
  };
}

/** A finished model comes before one whose making was lost on the way. */
function byState(a: LoggedModel, b: LoggedModel): number {
  return Number(b.status === 'READY') - Number(a.status === 'READY') || (a.id < b.id ? -1 : 1);
}

function checkModel({ experimentId, name, type, runId, params = {}, tags = {} }: NewModel) {
  return firstProblem(
    () => checkId('experiment id', experimentId),
    () => checkText('model name', name, limits.runName),
    () =>
      name === '' || /[/:.%"']/.test(name)
        ? invalid('model name', 'must be there, without / : . % and quotes')
        : undefined,
    () => (type === undefined ? undefined : checkText('model type', type, limits.key)),
    () => (runId === undefined ? undefined : checkId('run id', runId)),
    () => checkPairs('params', params, limits.paramValue),
    () => checkPairs('tags', tags, limits.tagValue),
  );
}

function noModel(at: string): MlflowError {
  return {
    kind: 'answer',
    retry: 'limited',
    ambiguous: true,
    message: `${at}: the server answers 200 but does not hold what was sent`,
  };
}
