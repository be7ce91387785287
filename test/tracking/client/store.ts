import type { Seen } from './rig.ts';

interface StoredRun {
  readonly id: string;
  readonly experiment: string;
  name: string;
  readonly started: number;
  ended?: number;
  status: string;
  lifecycle: 'active' | 'deleted';
  readonly tags: Map<string, string>;
  readonly params: Map<string, string>;
  /** Every stored point; a set, as the primary key of MLflow's table makes it one. */
  readonly points: Map<string, Point>;
  /** As they were logged, by name and digest. */
  readonly inputs: Map<string, object>;
}

interface Point {
  readonly key: string;
  readonly value: number | string;
  readonly timestamp: number;
  readonly step: number;
}

export interface Store {
  readonly runs: Map<string, StoredRun>;
  readonly experiments: Map<string, { name: string; lifecycle: string }>;
  /** By path below `mlflow-artifacts/artifacts/`, as it came: still encoded. */
  readonly files: Map<string, Buffer>;
  handle(request: Seen): { readonly status: number; readonly body: Buffer };
}

type Fields = Record<string, unknown>;

/** The part of MLflow's REST API that the client needs, with the answers that real servers gave. */
export function createStore({ mlflow2 }: { readonly mlflow2: boolean }): Store {
  const runs: Store['runs'] = new Map();
  const experiments: Store['experiments'] = new Map();
  const files: Store['files'] = new Map();

  const routes: Readonly<Record<string, (fields: Fields) => object>> = {
    'experiments/create': ({ name }) => {
      if ([...experiments.values()].some((one) => one.name === name)) {
        throw new Refusal(
          400,
          'RESOURCE_ALREADY_EXISTS',
          `Experiment(name=${name}) already exists.`,
        );
      }
      const id = String(experiments.size + 1);
      experiments.set(id, { name: String(name), lifecycle: 'active' });
      return { experiment_id: id };
    },
    'experiments/get': ({ experiment_id: id }) => ({ experiment: experiment(String(id)) }),
    'experiments/get-by-name': ({ experiment_name: name }) => {
      const [id] = [...experiments].find(([, one]) => one.name === name) ?? [];
      return { experiment: experiment(id ?? '') };
    },
    'experiments/search': () => ({}),
    'experiments/restore': ({ experiment_id: id }) => {
      const one = experiments.get(String(id));
      if (one !== undefined) one.lifecycle = 'active';
      return {};
    },
    'runs/create': ({ experiment_id: id, run_name: name, start_time: started, tags }) => {
      const run: StoredRun = {
        id: `${runs.size}`.padStart(32, 'a'),
        experiment: String(id),
        name: String(name),
        started: Number(started),
        status: 'RUNNING',
        lifecycle: 'active',
        tags: new Map([...pairs(tags), ['mlflow.runName', String(name)]]),
        params: new Map(),
        points: new Map(),
        inputs: new Map(),
      };
      runs.set(run.id, run);
      return { run: show(run) };
    },
    'runs/get': (fields) => ({ run: show(find(fields)) }),
    'runs/search': ({ filter, page_token: token, max_results: size }) => {
      const [, key = '', operator, value = ''] =
        /^tags\.`(.*)` (=|LIKE) '(.*?)%?'$/.exec(String(filter ?? '')) ?? [];
      const all = [...runs.values()].filter(({ tags }) => {
        if (operator === undefined) return true;
        const tag = tags.get(key);
        return operator === '=' ? tag === value : tag?.startsWith(value) === true;
      });
      const from = Number(token ?? 0);
      const to = from + Number(size);
      return {
        ...(all.length > 0 && { runs: all.slice(from, to).map(show) }),
        ...(to < all.length && { next_page_token: String(to) }),
      };
    },
    'runs/update': (fields) => {
      const run = find(fields);
      if (fields['status'] !== undefined) run.status = String(fields['status']);
      if (fields['end_time'] !== undefined) run.ended = Number(fields['end_time']);
      if (fields['run_name'] !== undefined) run.name = String(fields['run_name']);
      return { run_info: show(run).info };
    },
    'runs/delete': (fields) => {
      find(fields).lifecycle = 'deleted';
      return {};
    },
    'runs/set-tag': (fields) => {
      find(fields).tags.set(String(fields['key']), String(fields['value']));
      return {};
    },
    'runs/delete-tag': (fields) => {
      if (!find(fields).tags.delete(String(fields['key']))) {
        throw new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', 'No tag with name');
      }
      return {};
    },
    'runs/log-batch': (fields) => {
      const run = find(fields);
      const points = (fields['metrics'] ?? []) as readonly Point[];
      for (const [key, value] of pairs(fields['params'])) {
        if ((run.params.get(key) ?? value) !== value) {
          const text = `Changing param values is not allowed. Params were already logged='[{'key': '${key}'}]'`;
          throw new Refusal(400, 'INVALID_PARAMETER_VALUE', text);
        }
      }
      const known = points.filter((point) => run.points.has(JSON.stringify(point)));
      // MLflow 2 leaves out what it has, but cannot compare NaN with NaN.
      if (mlflow2 && known.some(({ value }) => value === 'NaN')) {
        const text = '(sqlite3.IntegrityError) UNIQUE constraint failed: metrics.key, metrics.step';
        throw new Refusal(400, 'BAD_REQUEST', text);
      }
      for (const point of points) run.points.set(JSON.stringify(point), point);
      for (const [key, value] of pairs(fields['params'])) run.params.set(key, value);
      for (const [key, value] of pairs(fields['tags'])) run.tags.set(key, value);
      return {};
    },
    'experiments/set-experiment-tag': () => ({}),
    'runs/log-inputs': (fields) => {
      const { inputs } = find(fields);
      const given = (fields['datasets'] ?? []) as readonly {
        dataset: { name: string; digest: string };
      }[];
      for (const input of given) inputs.set(`${input.dataset.name} ${input.dataset.digest}`, input);
      return {};
    },
    'runs/log-model': () => ({}),
    'artifacts/list': (fields) => {
      const run = find(fields);
      const root = `${run.experiment}/${run.id}/artifacts/`;
      const folder = fields['path'] === undefined ? '' : `${String(fields['path'])}/`;
      const inside = [...files].flatMap(([encoded, bytes]) => {
        const path = decodeURIComponent(encoded).slice(root.length);
        const direct = path.startsWith(folder) && !path.slice(folder.length).includes('/');
        return encoded.startsWith(root) && direct
          ? [{ path, is_dir: false, file_size: bytes.length }]
          : [];
      });
      return inside.length > 0 ? { files: inside } : {};
    },
    'metrics/get-history': (fields) => {
      const all = [...find(fields).points.values()].filter(
        ({ key }) => key === fields['metric_key'],
      );
      const from = Number(fields['page_token'] ?? 0);
      const to = from + Number(fields['max_results']);
      return {
        metrics: all.slice(from, to),
        ...(to < all.length && { next_page_token: String(to) }),
      };
    },
  };

  const experiment = (id: string) => {
    const found = experiments.get(id);
    if (found === undefined) {
      throw new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', `Could not find experiment with ID ${id}`);
    }
    return { experiment_id: id, name: found.name, lifecycle_stage: found.lifecycle };
  };
  const find = ({ run_id: id }: Fields): StoredRun => {
    const run = runs.get(String(id));
    if (run === undefined) {
      throw new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', `Run with id=${id} not found`);
    }
    return run;
  };

  return {
    runs,
    experiments,
    files,
    handle({ method, path, query, body }) {
      const file = path.split('/mlflow-artifacts/artifacts/')[1];
      if (file !== undefined && method === 'PUT') {
        files.set(file, body);
        return { status: 200, body: Buffer.from('') };
      }
      if (file !== undefined && method === 'DELETE') {
        for (const name of [...files.keys()]) {
          if (name === file || name.startsWith(`${file}/`)) files.delete(name);
        }
        return json({});
      }
      if (file !== undefined) {
        const found = files.get(file);
        return found === undefined
          ? new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', `No such artifact: '${file}'`).answer()
          : { status: 200, body: found };
      }
      if (path.endsWith('/health')) return { status: 200, body: Buffer.from('OK') };
      if (path.endsWith('/version')) {
        return { status: 200, body: Buffer.from(mlflow2 ? '2.22.5' : '3.17.2') };
      }
      const info = { store_type: 'SqlStore', workspaces_enabled: false };
      if (path.endsWith('/server-info') && !mlflow2) return json(info);
      const route = routes[/\/api\/2\.0\/mlflow\/(.*)$/.exec(path)?.[1] ?? ''];
      // A route that is not known is a web page.
      if (route === undefined) {
        const page = '<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>';
        return { status: 404, body: Buffer.from(page) };
      }
      try {
        return json(
          route(method === 'GET' ? Object.fromEntries(query) : JSON.parse(body.toString('utf8'))),
        );
      } catch (error) {
        if (error instanceof Refusal) return error.answer();
        throw error;
      }
    },
  };
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
  answer() {
    const { status, code, message } = this;
    return { status, body: json({ error_code: code, message }).body };
  }
}

function json(value: object) {
  return { status: 200, body: Buffer.from(JSON.stringify(value, null, 2)) };
}

function pairs(list: unknown): readonly (readonly [string, string])[] {
  const items = (list ?? []) as readonly { key: string; value: string }[];
  return items.map(({ key, value }) => [key, value] as const);
}

function show(run: StoredRun) {
  const list = (map: ReadonlyMap<string, string>) =>
    [...map].map(([key, value]) => ({ key, value }));
  return {
    info: {
      run_id: run.id,
      experiment_id: run.experiment,
      run_name: run.name,
      status: run.status,
      start_time: run.started,
      ...(run.ended !== undefined && { end_time: run.ended }),
      lifecycle_stage: run.lifecycle,
      artifact_uri: `mlflow-artifacts:/${run.experiment}/${run.id}/artifacts`,
    },
    // Empty lists are left out.
    data: {
      ...(run.params.size > 0 && { params: list(run.params) }),
      ...(run.tags.size > 0 && { tags: list(run.tags) }),
      ...(run.points.size > 0 && { metrics: [...run.points.values()] }),
    },
    ...(run.inputs.size > 0 && { inputs: { dataset_inputs: [...run.inputs.values()] } }),
  };
}
