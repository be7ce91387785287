import { sha256 } from '../../engine/digest.ts';
import { groupBy } from '../../util/group-by.ts';
import {
  asStored,
  type DatasetInput,
  type Metric,
  type MlflowClient,
  type MlflowError,
  type Result,
  type Run,
  type Timing,
} from '../client/index.ts';
import type { Operation } from '../layout/operations.ts';
import { findRuns } from './look.ts';
import { type Place, runTags, sourceOf } from './send.ts';

/** Something that the server does not hold as it was sent. */
export interface Difference {
  /** Name of the run on the server. */
  readonly run: string;
  /** `metric train/loss`, `param cnn.epochs`, `artifact report.html`. */
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  /** What to send again; missing where that would not help (a point too many). */
  readonly operation?: Operation;
}

/**
 * How closely is looked:
 * - `glance`: one request for all runs: params, tags, datasets, status, and the last point of each metric.
 * - `points`: also every point, and every file by its size.
 * - `bytes`: also every byte of every file.
 */
export type Depth = 'glance' | 'points' | 'bytes';

type Of<T extends Operation['type']> = Extract<Operation, { readonly type: T }>;

/**
 * Reads a run back and compares it with what was to be sent: every param, tag, dataset and status, every
 * point of every metric (one too many is told as well as one too few) and every file, as far as `depth` goes.
 */
export async function compare(
  operations: readonly Operation[],
  place: Place,
  depth: Depth,
  timing: Timing,
): Promise<Result<readonly Difference[]>> {
  const client = patient(place, timing);
  const calm = { ...place, client };
  const found: Difference[] = [];
  const byRun = groupBy(
    operations.filter((one) => one.type !== 'experiment'),
    ({ run }) => run,
  );
  const stored = await findRuns(byRun.keys().next().value, calm);
  if (!stored.ok) return stored;
  for (const [uid, own] of byRun) {
    const [run, ...twins] = stored.value.get(uid) ?? [];
    const head = own.find((one): one is Of<'run'> => one.type === 'run');
    const name = head?.name ?? uid;
    if (run === undefined) {
      found.push(...own.map((operation) => lost(name, operation)));
      continue;
    }
    if (twins.length > 0) {
      found.push({ run: name, what: 'run', expected: 'once', found: `${twins.length + 1} times` });
    }
    found.push(...compareFields(own, run, place));
    const points = await comparePoints(own, run, { place: calm, depth });
    if (!points.ok) return points;
    found.push(...points.value);
    if (depth === 'glance') continue;
    const files = await compareFiles(own, run, { place: calm, deep: depth === 'bytes' });
    if (!files.ok) return files;
    found.push(...files.value);
  }
  return { ok: true, value: found };
}

/** Rounds of a client's own tries that one request of a long reading gets before the whole is given up. */
const rounds = 6;

/** The reads of a client: hundreds in a row have to succeed, so that one busy moment must not end all. */
function patient({ client, signal }: Place, timing: Timing): MlflowClient {
  const again =
    <A extends readonly unknown[], T>(call: (...args: A) => Promise<Result<T>>) =>
    async (...args: A): Promise<Result<T>> => {
      for (let round = 1; ; round++) {
        const got = await call(...args);
        const mends = !got.ok && (got.error.retry === 'later' || got.error.retry === 'limited');
        const over = !mends || round === rounds || signal.aborted;
        if (over) return got;
        await timing.sleep(1000, signal);
      }
    };
  const { runs, artifacts, models } = client;
  return {
    ...client,
    runs: { ...runs, search: again(runs.search), history: again(runs.history) },
    artifacts: {
      ...artifacts,
      list: again(artifacts.list),
      download: again(artifacts.download),
    },
    models: { ...models, list: again(models.list) },
  };
}

function lost(run: string, operation: Operation): Difference {
  return { run, what: operation.type, expected: 'there', found: 'nothing', operation };
}

function compareFields(
  operations: readonly Operation[],
  run: Run,
  place: Place,
): readonly Difference[] {
  return operations.flatMap((operation) => {
    const differ = (what: string, expected: string, got: string | undefined) =>
      expected === got
        ? []
        : [{ run: run.name, what, expected, found: got ?? 'nothing', operation }];
    const pairs = (kind: string, expected: Readonly<Record<string, string>>, got: Run['tags']) =>
      Object.entries(expected).flatMap(([key, value]) => differ(`${kind} ${key}`, value, got[key]));
    switch (operation.type) {
      case 'run':
        return [
          ...differ('name', operation.name, run.name),
          ...pairs('tag', runTags(operation, place.runs), run.tags),
        ];
      case 'params':
        return pairs('param', operation.params, run.params);
      case 'tags':
        return pairs('tag', operation.tags, run.tags);
      case 'datasets':
        return operation.datasets.flatMap((input) =>
          differ(`dataset ${input.context}`, word(input), wordOf(input, run.datasets)),
        );
      case 'end':
        return [
          ...differ('status', operation.status, run.status),
          ...differ('end', String(operation.ended), String(run.ended)),
        ];
      default:
        return [];
    }
  });
}

const word = ({ dataset }: DatasetInput): string =>
  [dataset.name, dataset.digest, dataset.source, dataset.schema, dataset.profile].join(' ');

function wordOf(wanted: DatasetInput, datasets: Run['datasets']): string | undefined {
  const same = datasets.find(
    ({ context, dataset }) =>
      context === wanted.context && dataset.digest === wanted.dataset.digest,
  );
  return same && word(same);
}

async function comparePoints(
  operations: readonly Operation[],
  run: Run,
  { place: { client, signal }, depth }: { readonly place: Place; readonly depth: Depth },
): Promise<Result<readonly Difference[]>> {
  const sent = operations.filter((one): one is Of<'metrics'> => one.type === 'metrics');
  const expected = new Map<string, Map<string, Operation>>();
  for (const operation of sent) {
    for (const metric of operation.metrics) {
      const own = expected.get(metric.key) ?? new Map<string, Operation>();
      expected.set(metric.key, own.set(pointText(metric), operation));
    }
  }
  const found: Difference[] = [];
  for (const [key, points] of expected) {
    if (depth === 'glance') {
      const last = run.metrics.find((metric) => metric.key === key);
      if (last !== undefined && points.has(pointText(last))) continue;
    }
    const history = await client.runs.history(run.id, key, { signal });
    if (!history.ok) return history;
    const got = history.value.map(pointText);
    const there = new Set(got);
    const what = `metric ${key}`;
    for (const [point, operation] of points) {
      if (there.has(point)) continue;
      found.push({ run: run.name, what, expected: point, found: 'nothing', operation });
    }
    const seen = new Set<string>();
    for (const point of got) {
      const wanted = points.has(point) && !seen.has(point);
      seen.add(point);
      if (wanted) continue;
      found.push({ run: run.name, what, expected: 'no such point', found: point });
    }
  }
  return { ok: true, value: found };
}

/** Step, value and time of a point. */
function pointText({ step, value, timestamp }: Metric): string {
  return `${asStored(value)} at step ${step}, ${timestamp}`;
}

async function compareFiles(
  operations: readonly Operation[],
  run: Run,
  { place, deep }: { readonly place: Place; readonly deep: boolean },
): Promise<Result<readonly Difference[]>> {
  const { client, signal } = place;
  const found: Difference[] = [];
  const folders = new Map<string, ReadonlyMap<string, number>>();
  const sizes = async (folder: string): Promise<Result<ReadonlyMap<string, number>>> => {
    const known = folders.get(folder);
    if (known !== undefined) return { ok: true, value: known };
    const listed = await client.artifacts.list(run.id, folder === '' ? undefined : folder, {
      signal,
    });
    if (!listed.ok) return listed;
    const value = new Map(listed.value.map(({ path, size }) => [path, size ?? -1]));
    folders.set(folder, value);
    return { ok: true, value };
  };
  const models = operations.filter((one): one is Of<'model'> => one.type === 'model');
  const logged = await compareModels(models, run, place);
  if (!logged.ok) return logged;
  found.push(...logged.value);
  const artifacts = operations.filter((one): one is Of<'artifact'> => one.type === 'artifact');
  for (const operation of artifacts) {
    const { path, content } = operation;
    const folder = path.split('/').slice(0, -1).join('/');
    const listed = await sizes(folder);
    if (!listed.ok) return listed;
    const size = listed.value.get(path);
    const wanted = sizeOf(content);
    const what = `artifact ${path}`;
    const differ = (expected: string, got: string): void => {
      found.push({ run: run.name, what, expected, found: got, operation });
    };
    if (size === undefined) differ('there', 'nothing');
    else if (wanted !== undefined && size !== wanted) differ(`${wanted} bytes`, `${size} bytes`);
    else if (deep) {
      const at = { artifactUri: run.artifactUri, runId: run.id };
      const got = await client.artifacts.download(at, path, { signal });
      if (!got.ok) return got;
      // As long as its entry says: another length is another page.
      if (got.value.length !== size) return { ok: false, error: notTheFile(what) };
      const [mine, theirs] = [await digestOf(content), sha256(got.value)];
      if (mine !== theirs) differ(`bytes ${mine.slice(0, 12)}`, `bytes ${theirs.slice(0, 12)}`);
    }
  }
  return { ok: true, value: found };
}

/** A logged model of the run, or, on MLflow 2, one among its files, by the size of its network. */
async function compareModels(
  models: readonly Of<'model'>[],
  run: Run,
  { client, signal }: Place,
): Promise<Result<readonly Difference[]>> {
  const found: Difference[] = [];
  for (const operation of models) {
    const [id] = run.models;
    const listed =
      id === undefined
        ? await client.artifacts.list(run.id, 'model', { signal })
        : await client.models.list(id, undefined, { signal });
    if (!listed.ok) return listed;
    const size = listed.value.find(({ path }) => /(^|\/)model\.onnx$/.test(path))?.size;
    if (size === operation.onnx.size) continue;
    const [expected, got] = [`${operation.onnx.size} bytes`, `${size ?? 'no'} bytes`];
    found.push({ run: run.name, what: 'model', expected, found: got, operation });
  }
  return { ok: true, value: found };
}

function notTheFile(what: string): MlflowError {
  const message = `${what}: what came is not the file`;
  return {
    kind: 'answer',
    retry: 'later',
    message,
    hint: 'Is there a login page before the server?',
  };
}

function sizeOf(content: Of<'artifact'>['content']): number | undefined {
  if ('text' in content) return Buffer.byteLength(content.text);
  return 'file' in content ? content.size : undefined;
}

async function digestOf(content: Of<'artifact'>['content']): Promise<string> {
  if ('file' in content) return content.digest;
  const source = await sourceOf(content);
  return sha256(source as Uint8Array | string);
}
