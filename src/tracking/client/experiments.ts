import type { Caller, CallOptions } from './caller.ts';
import { checkId, checkKey, checkText, firstProblem } from './check.ts';
import { listOf, textOf } from './json.ts';
import { limits } from './limits.ts';
import { collectPages } from './pages.ts';
import { readExperiment } from './read.ts';
import { err, ok, type Result } from './result.ts';
import type { Experiment, Pairs } from './types.ts';

export interface ExperimentQuery {
  /** `name LIKE 'emodb%'`, ``tags.`team` = 'speech'``. */
  readonly filter?: string;
  readonly orderBy?: readonly string[];
  /** Default `active`. */
  readonly view?: 'active' | 'deleted' | 'all';
  /** At most so many; default all. */
  readonly limit?: number;
}

export interface Experiments {
  /** Error `exists` also where a deleted experiment has the name. */
  create(
    experiment: {
      readonly name: string;
      readonly artifactLocation?: string;
      readonly tags?: Pairs;
    },
    options?: CallOptions,
  ): Promise<Result<Experiment>>;
  get(id: string, options?: CallOptions): Promise<Result<Experiment>>;
  /** Deleted ones too: look at `lifecycle`. */
  getByName(name: string, options?: CallOptions): Promise<Result<Experiment>>;
  /**
   * The experiment of that name, made where there is none. One that was deleted is an error `exists`
   * unless `restore` is set.
   */
  ensure(
    experiment: { readonly name: string; readonly tags?: Pairs; readonly restore?: boolean },
    options?: CallOptions,
  ): Promise<Result<Experiment>>;
  search(query?: ExperimentQuery, options?: CallOptions): Promise<Result<readonly Experiment[]>>;
  setTag(id: string, key: string, value: string, options?: CallOptions): Promise<Result<void>>;
  deleteTag(id: string, key: string, options?: CallOptions): Promise<Result<void>>;
  rename(id: string, name: string, options?: CallOptions): Promise<Result<void>>;
  /** Its runs are deleted with it, and come back with it. */
  delete(id: string, options?: CallOptions): Promise<Result<void>>;
  restore(id: string, options?: CallOptions): Promise<Result<void>>;
}

export function createExperiments(caller: Caller): Experiments {
  const send = async (
    path: string,
    fields: object,
    options?: CallOptions,
  ): Promise<Result<void>> => {
    const answer = await caller.api('POST', `experiments/${path}`, { ...fields }, options);
    return answer.ok ? ok(undefined) : answer;
  };
  const read = async (path: string, fields: object, options?: CallOptions) => {
    const answer = await caller.api('GET', `experiments/${path}`, { ...fields }, options);
    if (!answer.ok) return answer;
    const experiment = readExperiment(answer.value['experiment']);
    return experiment === undefined ? err(noExperiment(path)) : ok(experiment);
  };

  const experiments: Experiments = {
    async create({ name, artifactLocation, tags = {} }, options) {
      const problem = firstProblem(
        () => checkName(name),
        () => checkExperimentTags(tags),
      );
      if (problem !== undefined) return err(problem);
      // Safe to repeat: a second one of the same name is refused.
      const made = await caller.api(
        'POST',
        'experiments/create',
        {
          name,
          ...(artifactLocation !== undefined && { artifact_location: artifactLocation }),
          tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
        },
        options,
      );
      if (!made.ok) return made;
      const id = textOf(made.value['experiment_id']);
      return id === undefined ? err(noExperiment('create')) : experiments.get(id, options);
    },

    get: (id, options) => {
      const problem = checkId('experiment id', id);
      return problem === undefined
        ? read('get', { experiment_id: id }, options)
        : Promise.resolve(err(problem));
    },

    getByName: (name, options) => read('get-by-name', { experiment_name: name }, options),

    async ensure({ name, tags = {}, restore = false }, options) {
      const problem = firstProblem(
        () => checkName(name),
        () => checkExperimentTags(tags),
      );
      if (problem !== undefined) return err(problem);
      let found = await experiments.getByName(name, options);
      if (!found.ok && found.error.kind === 'not-found') {
        found = await experiments.create({ name, tags }, options);
        // Somebody else was faster, or an earlier try of ours got through.
        if (!found.ok && found.error.kind === 'exists') {
          found = await experiments.getByName(name, options);
        }
      }
      if (!found.ok || found.value.lifecycle === 'active') return found;
      if (!restore) {
        return err({
          kind: 'exists',
          retry: 'setup',
          message: `the experiment "${name}" was deleted on the server, and its name is still taken`,
          hint: 'Restore it there (mlflow experiments restore), or choose another name.',
        });
      }
      const restored = await experiments.restore(found.value.id, options);
      return restored.ok ? experiments.get(found.value.id, options) : restored;
    },

    search: ({ filter, orderBy = [], view = 'active', limit } = {}, options) =>
      collectPages(limit, async (pageToken, size) => {
        const answer = await caller.api(
          'POST',
          'experiments/search',
          {
            max_results: size,
            ...(filter !== undefined && { filter }),
            order_by: orderBy,
            view_type: { active: 'ACTIVE_ONLY', deleted: 'DELETED_ONLY', all: 'ALL' }[view],
            ...(pageToken !== undefined && { page_token: pageToken }),
          },
          options,
        );
        if (!answer.ok) return answer;
        const items = listOf(answer.value['experiments']).flatMap(
          (one) => readExperiment(one) ?? [],
        );
        return ok({ items, next: textOf(answer.value['next_page_token']) });
      }),

    async setTag(id, key, value, options) {
      const problem = firstProblem(
        () => checkId('experiment id', id),
        () => checkExperimentTags({ [key]: value }),
      );
      if (problem !== undefined) return err(problem);
      return send('set-experiment-tag', { experiment_id: id, key, value }, options);
    },

    deleteTag: (id, key, options) =>
      send('delete-experiment-tag', { experiment_id: id, key }, options),

    async rename(id, name, options) {
      const problem = checkName(name);
      if (problem !== undefined) return err(problem);
      return send('update', { experiment_id: id, new_name: name }, options);
    },

    delete: (id, options) => send('delete', { experiment_id: id }, options),
    restore: (id, options) => send('restore', { experiment_id: id }, options),
  };
  return experiments;
}

function checkName(name: string) {
  return firstProblem(
    () => checkText('experiment name', name, limits.experimentName),
    () => (name.trim() === '' ? checkText('experiment name', undefined, 0) : undefined),
  );
}

function checkExperimentTags(tags: Pairs) {
  for (const [key, value] of Object.entries(tags)) {
    const problem = firstProblem(
      () => checkKey('tag key', key),
      () => checkText(`tags[${JSON.stringify(key)}]`, value, limits.experimentTagValue),
    );
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function noExperiment(path: string) {
  return {
    kind: 'answer',
    retry: 'limited',
    message: `experiments/${path}: the answer holds no experiment`,
  } as const;
}
