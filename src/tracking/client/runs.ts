import { type Batch, planBatches } from './batches.ts';
import type { Caller, CallOptions } from './caller.ts';
import {
  checkId,
  checkKey,
  checkMetrics,
  checkPairs,
  checkText,
  checkTime,
  firstProblem,
} from './check.ts';
import { ensureRun, type RunToEnsure } from './ensure-run.ts';
import { invalid, type MlflowError } from './error.ts';
import { readHistory } from './history.ts';
import { inputFields } from './inputs.ts';
import { type Fields, fieldsOf, listOf, textOf } from './json.ts';
import { limits } from './limits.ts';
import { logBatch } from './log-batch.ts';
import { findMissing } from './missing.ts';
import { collectPages } from './pages.ts';
import { readRun } from './read.ts';
import { err, ok, type Result } from './result.ts';
import type { DatasetInput, Metric, Pairs, Run, RunStatus } from './types.ts';

export interface NewRun {
  readonly experimentId: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly tags?: Pairs;
  readonly userId?: string;
}

export interface RunQuery {
  readonly experimentIds: readonly string[];
  /** ``metrics.`test/uar` > 0.6 AND tags.`level` = 'trial'``; there is no OR. */
  readonly filter?: string;
  /** ``metrics.`test/uar` DESC``. */
  readonly orderBy?: readonly string[];
  /** Default `active`. */
  readonly view?: 'active' | 'deleted' | 'all';
  /** At most so many; default all. */
  readonly limit?: number;
}

export interface RunChange {
  readonly status?: RunStatus;
  /** Milliseconds since 1970. A finished run without it has no end. */
  readonly ended?: number;
  readonly name?: string;
}

export interface ModelOutput {
  readonly modelId: string;
  readonly step: number;
}

export interface Runs {
  /**
   * Makes a run. It has no idempotency key, so a try whose answer got lost is not repeated: the error
   * is then `ambiguous`. `ensure` is what survives that.
   */
  create(run: NewRun, options?: CallOptions): Promise<Result<Run>>;
  /**
   * The run that carries the tag, made where there is none: exactly one, also when answers get lost.
   * A run that a user deleted is returned as it is: look at `lifecycle`. One process at a time.
   */
  ensure(run: RunToEnsure, options?: CallOptions): Promise<Result<Run>>;
  get(id: string, options?: CallOptions): Promise<Result<Run>>;
  search(query: RunQuery, options?: CallOptions): Promise<Result<readonly Run[]>>;
  /** Checks in the answer that it was stored. */
  update(id: string, change: RunChange, options?: CallOptions): Promise<Result<void>>;
  /** One request: refused here when it is beyond a limit. The same batch again changes nothing. */
  logBatch(id: string, batch: Partial<Batch>, options?: CallOptions): Promise<Result<void>>;
  /** Any amount, in as many requests as it takes; stops at the first failure. */
  log(
    id: string,
    values: Partial<Batch>,
    options?: CallOptions,
  ): Promise<Result<{ readonly requests: number }>>;
  setTag(id: string, key: string, value: string, options?: CallOptions): Promise<Result<void>>;
  deleteTag(id: string, key: string, options?: CallOptions): Promise<Result<void>>;
  logInputs(
    id: string,
    datasets: readonly DatasetInput[],
    options?: CallOptions,
  ): Promise<Result<void>>;
  /** Links logged models to the run that made them (MLflow 3). Those that it has already are left alone. */
  logOutputs(
    id: string,
    models: readonly ModelOutput[],
    options?: CallOptions,
  ): Promise<Result<void>>;
  /** Every point of one metric, in the order of the server. */
  history(id: string, key: string, options?: CallOptions): Promise<Result<readonly Metric[]>>;
  /**
   * Which of these values the run does not hold exactly as they are; nothing where all arrived. A 200
   * is no proof: this is. One request for the run and one for each metric.
   */
  missing(id: string, values: Partial<Batch>, options?: CallOptions): Promise<Result<Batch>>;
  delete(id: string, options?: CallOptions): Promise<Result<void>>;
  restore(id: string, options?: CallOptions): Promise<Result<void>>;
}

export function createRuns(caller: Caller): Runs {
  const send = async (
    path: string,
    fields: Fields,
    options?: CallOptions,
  ): Promise<Result<void>> => {
    const problem = checkId('run id', fields['run_id']);
    if (problem !== undefined) return err(problem);
    const answer = await caller.api('POST', `runs/${path}`, fields, options);
    return answer.ok ? ok(undefined) : answer;
  };

  const runs: Runs = {
    async create(run, options) {
      const problem = checkNewRun(run);
      if (problem !== undefined) return err(problem);
      const { experimentId, name, started, tags = {}, userId } = run;
      const answer = await caller.api(
        'POST',
        'runs/create',
        {
          experiment_id: experimentId,
          start_time: started,
          run_name: name,
          tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
          ...(userId !== undefined && { user_id: userId }),
        },
        { ...options, safe: false },
      );
      if (!answer.ok) return answer;
      const made = readRun(answer.value['run']);
      const kept =
        made?.started === started &&
        Object.entries(tags).every(([key, value]) => made.tags[key] === value);
      return made !== undefined && kept ? ok(made) : err(forgot('runs/create'));
    },

    ensure: (run, options) => ensureRun(runs, caller, run, options),

    async get(id, options) {
      const problem = checkId('run id', id);
      if (problem !== undefined) return err(problem);
      const answer = await caller.api('GET', 'runs/get', { run_id: id }, options);
      if (!answer.ok) return answer;
      const run = readRun(answer.value['run']);
      return run === undefined ? err(forgot('runs/get')) : ok(run);
    },

    search: ({ experimentIds, filter, orderBy = [], view = 'active', limit }, options) =>
      collectPages(limit, async (pageToken, size) => {
        const answer = await caller.api(
          'POST',
          'runs/search',
          {
            experiment_ids: experimentIds,
            ...(filter !== undefined && { filter }),
            run_view_type: { active: 'ACTIVE_ONLY', deleted: 'DELETED_ONLY', all: 'ALL' }[view],
            max_results: size,
            order_by: orderBy,
            ...(pageToken !== undefined && { page_token: pageToken }),
          },
          options,
        );
        if (!answer.ok) return answer;
        const items = listOf(answer.value['runs']).flatMap((one) => readRun(one) ?? []);
        return ok({ items, next: textOf(answer.value['next_page_token']) });
      }),

    async update(id, { status, ended, name }, options) {
      const problem = firstProblem(
        () => checkId('run id', id),
        () => (ended === undefined ? undefined : checkTime('ended', ended)),
        () => (name === undefined ? undefined : checkText('run name', name, limits.runName)),
      );
      if (problem !== undefined) return err(problem);
      const answer = await caller.api(
        'POST',
        'runs/update',
        {
          run_id: id,
          ...(status !== undefined && { status }),
          ...(ended !== undefined && { end_time: ended }),
          ...(name !== undefined && { run_name: name }),
        },
        options,
      );
      if (!answer.ok) return answer;
      const stored = readRun({ info: fieldsOf(answer.value['run_info']) });
      const kept =
        (status === undefined || stored?.status === status) &&
        (ended === undefined || stored?.ended === ended) &&
        (name === undefined || stored?.name === name);
      return kept ? ok(undefined) : err(forgot('runs/update'));
    },

    logBatch: (id, batch, options) => logBatch(caller, id, batch, options),

    async log(id, values, options) {
      const problem = firstProblem(
        () => checkMetrics(values.metrics ?? []),
        () => checkPairs('params', values.params ?? {}, limits.paramValue),
        () => checkPairs('tags', values.tags ?? {}, limits.tagValue),
      );
      if (problem !== undefined) return err(problem);
      const batches = planBatches(values);
      for (const batch of batches) {
        const logged = await logBatch(caller, id, batch, options);
        if (!logged.ok) return logged;
      }
      return ok({ requests: batches.length });
    },

    async setTag(id, key, value, options) {
      const problem = checkPairs('tags', { [key]: value }, limits.tagValue);
      if (problem !== undefined) return err(problem);
      return send('set-tag', { run_id: id, key, value }, options);
    },

    async deleteTag(id, key, options) {
      const problem = checkKey('tag key', key);
      if (problem !== undefined) return err(problem);
      const deleted = await send('delete-tag', { run_id: id, key }, options);
      // Gone is gone, also when a first answer got lost.
      return !deleted.ok && deleted.error.kind === 'not-found' ? ok(undefined) : deleted;
    },

    async logInputs(id, datasets, options) {
      const fields = inputFields(datasets);
      if (!fields.ok) return fields;
      return send('log-inputs', { run_id: id, datasets: fields.value }, options);
    },

    async logOutputs(id, models, options) {
      const link = (list: typeof models) =>
        send(
          'outputs',
          {
            run_id: id,
            models: list.map(({ modelId, step }) => ({ model_id: modelId, step })),
          },
          options,
        );
      const sent = await link(models);
      if (sent.ok || sent.error.kind !== 'refused') return sent;
      // Told twice, as after an answer that got lost, the server's database complains of the second time.
      const run = await runs.get(id, options);
      if (!run.ok) return run;
      const missing = models.filter(({ modelId }) => !run.value.models.includes(modelId));
      if (missing.length === 0) return ok(undefined);
      return missing.length === models.length ? sent : link(missing);
    },

    history: (id, key, options) => readHistory(caller, id, key, options),
    missing: (id, values, options) => findMissing(runs, id, values, options),
    delete: (id, options) => send('delete', { run_id: id }, options),
    restore: (id, options) => send('restore', { run_id: id }, options),
  };
  return runs;
}

function checkNewRun({ experimentId, name, started, tags = {} }: NewRun): MlflowError | undefined {
  return firstProblem(
    () => checkId('experiment id', experimentId),
    () => checkText('run name', name, limits.runName),
    () => (name.trim() === '' ? invalid('run name', 'is empty') : undefined),
    () => checkTime('started', started),
    () => checkPairs('tags', tags, limits.tagValue),
  );
}

function forgot(path: string): MlflowError {
  return {
    kind: 'answer',
    retry: 'limited',
    ambiguous: true,
    message: `${path}: the server answers 200 but does not hold what was sent`,
  };
}
