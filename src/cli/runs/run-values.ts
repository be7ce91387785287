import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricSet, Metrics } from '../../artifacts/metrics.ts';
import { numberWithProtocol, type StatedNumber } from '../../artifacts/stated-number.ts';
import { stageName } from '../../engine/address.ts';
import { type StoredRun, stateOf } from '../../engine/record/runs.ts';
import type { RunInfo } from '../../engine/record/types.ts';
import { evictedResults, type RunResultRow, readResults } from '../../report/results.ts';
import { headlineSet, isQuick } from '../../report/sentence.ts';
import { isJsonObject, type Json } from '../../util/json.ts';
import { parseDocument } from '../../util/yaml.ts';
import type { Values } from './condition.ts';

const fields = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  state: (info) => stateOf(info),
  spec: ({ spec }) => spec,
  started: ({ started }) => started,
  ended: ({ ended }) => ended,
  seconds: (info) => secondsOf(info),
  exit: ({ exit }) => exit,
  affekt: ({ affekt }) => affekt,
  quick: ({ quick }) => quick,
} as const satisfies Readonly<Record<string, (info: RunInfo) => Values[number]>>;

/** What `--where`, `--sort` and `--columns` take of every run. */
export const fieldNames = [...Object.keys(fields), 'commit', 'dirty'];

export const stateNames = ['running', 'done', 'failed', 'interrupted', 'killed'];

export function secondsOf({ started, ended }: RunInfo): number | null {
  return ended === null ? null : (Date.parse(ended) - Date.parse(started)) / 1000;
}

/** A run with all that can be asked of it, each file read when it is first needed. */
export class RunValues {
  readonly run: StoredRun;
  #results: readonly RunResultRow[] | undefined;
  #params: ReadonlyMap<string, Values> | undefined;

  constructor(run: StoredRun) {
    this.run = run;
  }

  get results(): readonly RunResultRow[] {
    this.#results ??= readResults(this.run.folder);
    return this.#results;
  }

  /** Some of its numbers are gone, so that nothing compares with them. */
  get isEvicted(): boolean {
    return evictedResults(this.run.folder, ['metrics.json']).length > 0;
  }

  /** The set that speaks for the run, of its first evaluation; none of a quick look. */
  get headline(): { readonly set: MetricSet; readonly stated: StatedNumber } | undefined {
    const metrics: Metrics | undefined = this.results[0]?.metrics;
    if (metrics === undefined || isQuick(metrics)) return undefined;
    const set = headlineSet(metrics);
    return set && { set, stated: numberWithProtocol(set, metrics) };
  }

  get metricNames(): readonly string[] {
    return Object.keys(this.headline?.set.values ?? {});
  }

  get paramNames(): readonly string[] {
    return [...this.#paramValues().keys()];
  }

  /** A field, a metric of the headline's set, `seed`, `tags.NAME` or `STAGE.PARAM`. */
  of(key: string): Values {
    if (Object.hasOwn(fields, key)) return [fields[key as keyof typeof fields](this.run.info)];
    if (key === 'commit' || key === 'dirty') return [this.#provenance(key)];
    const metric = this.headline?.set.values[key];
    if (metric !== undefined) return [metric.value];
    return this.#paramValues().get(key) ?? [];
  }

  #provenance(key: string): Values[number] {
    try {
      const text = readFileSync(join(this.run.folder, 'provenance.json'), 'utf8');
      const value = (JSON.parse(text) as Record<string, Values[number]>)[key];
      return value ?? null;
    } catch {
      return null;
    }
  }

  #paramValues(): ReadonlyMap<string, Values> {
    this.#params ??= readParams(this.run.folder);
    return this.#params;
  }
}

/** Params of `resolved.yaml` by `STAGE.PARAM`; variants of a stage give several values. */
function readParams(folder: string): ReadonlyMap<string, Values> {
  const found = new Map<string, Values[number][]>();
  const put = (key: string, value: Json): void => {
    if (isJsonObject(value)) {
      for (const [name, one] of Object.entries(value)) put(`${key}.${name}`, one);
      return;
    }
    const plain = Array.isArray(value) ? JSON.stringify(value) : (value as Values[number]);
    const known = found.get(key);
    if (known === undefined) found.set(key, [plain]);
    else if (!known.includes(plain)) known.push(plain);
  };
  let spec: Json;
  try {
    const document = parseDocument(readFileSync(join(folder, 'resolved.yaml'), 'utf8'));
    spec = document.toJS() as Json;
  } catch {
    // Not written yet, or damaged: such a run says nothing of its params.
    return found;
  }
  if (!isJsonObject(spec)) return found;
  if (spec['seed'] !== undefined) put('seed', spec['seed']);
  if (isJsonObject(spec['tags'])) put('tags', spec['tags']);
  for (const [address, stage] of Object.entries(
    isJsonObject(spec['stages']) ? spec['stages'] : {},
  )) {
    if (!isJsonObject(stage)) continue;
    const name = stageName(address);
    if (isJsonObject(stage['with'])) put(name, stage['with']);
  }
  return found;
}
