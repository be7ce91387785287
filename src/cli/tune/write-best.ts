import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Experiment, loadExperiment } from '../../engine/engine.ts';
import { fillDefaults, setParam } from '../../engine/spec/defaults.ts';
import type { Json, JsonObject } from '../../util/json.ts';
import { UsageError } from '../command.ts';
import type { Opened } from '../open-experiment.ts';
import { bestOf, bestSpec } from './best-spec.ts';
import type { TuneStatus } from './status-text.ts';

/** Writes the best trial of a search as a spec. Throws `UsageError` where there is none to write. */
export async function writeBest(
  found: readonly (TuneStatus | string)[],
  {
    spec,
    file,
    outer,
    cwd,
    opened: { host, experiment },
  }: {
    readonly spec: string;
    readonly file: string;
    readonly outer: number | undefined;
    readonly cwd: string;
    readonly opened: Opened;
  },
): Promise<void> {
  const [one, other] = found;
  if (other !== undefined) {
    const addresses = found.map((each) => (typeof each === 'string' ? each : each.address));
    throw new UsageError(
      `the spec has several searches: ${addresses.join(', ')}`,
      `Say which: --stage '${addresses[0]}'.`,
    );
  }
  if (one === undefined || typeof one === 'string') {
    throw new UsageError('the search has not begun', `affekt run ${spec}`);
  }
  const nested = one.ended.some((trial) => trial.outer !== null);
  if (nested && outer === undefined) {
    throw new UsageError(
      `${one.address} searched in each of ${one.searches} outer folds, and each has its own best trial`,
      'Say which: --outer 1. One for all comes from a search with selection: shared; the number to report is the nested one.',
    );
  }
  const own = one.ended.filter((trial) => !nested || trial.outer === outer);
  const best = bestOf(own);
  if (best === undefined) {
    throw new UsageError('no trial of that search is complete yet', `affekt tune status ${spec}`);
  }
  const path = resolve(cwd, file);
  if (existsSync(path)) throw new UsageError(`${file} exists`, 'Name a new file.');
  const written = await loadExperiment(host, experiment.file, []);
  if (!written.ok)
    throw new UsageError(`${spec} is not right without the overrides`, 'Correct it.');
  const wanted = paramsWith(best.set, experiment, host.kinds);
  const base = relative(dirname(path), experiment.file);
  const text = bestSpec({
    base: base.startsWith('.') ? base : `./${base}`,
    name: basename(path).replace(/\.ya?ml$/, ''),
    search: one.address,
    target: one.target,
    written: written.value.spec,
    spec: experiment.spec,
    wanted,
    comment: `Trial ${best.trial} of the search "${one.address}"${nested ? ` in outer fold ${outer}` : ''}, the best of ${own.length} so far: ${(100 * (best.value ?? 0)).toFixed(1)} %\non clips to choose by. A number on these speakers is too good; the search's own is not.`,
  });
  writeFileSync(path, text);
  const reread = await loadExperiment(host, path, []);
  const problem = reread.ok
    ? firstDifference(reread.value, wanted, host.kinds)
    : reread.error[0]?.message;
  if (problem === undefined) return;
  rmSync(path);
  throw new UsageError(
    `a spec that extends ${spec} cannot say what trial ${best.trial} set: ${problem}`,
    `Take out of ${spec} what it says of that param: the search sets it anyway, and finds its trials again.`,
  );
}

/** Params of every stage as written, with the winner's values in place of what the spec has. */
function paramsWith(
  set: Readonly<Record<string, Json>>,
  { spec, own }: Experiment,
  kinds: Opened['host']['kinds'],
): ReadonlyMap<string, JsonObject> {
  return new Map(
    spec.stages.map(({ name, uses, with: params }) => {
      const schema = (own[uses]?.kind ?? kinds[uses])?.params ?? {};
      const chosen = Object.entries(set)
        .map(([path, value]) => ({ path: path.split('.'), value }))
        .filter(({ path }) => path[0] === name);
      return [
        name,
        chosen.reduce((so, { path, value }) => setParam(schema, so, path.slice(1), value), params),
      ];
    }),
  );
}

/** The first param that the written spec has otherwise. */
function firstDifference(
  { spec, own }: Experiment,
  wanted: ReadonlyMap<string, JsonObject>,
  kinds: Opened['host']['kinds'],
): string | undefined {
  for (const { name, uses, with: params } of spec.stages) {
    const schema = (own[uses]?.kind ?? kinds[uses])?.params ?? {};
    const [has, should] = [params, wanted.get(name) ?? {}].map(
      (one) => fillDefaults(schema, one) as JsonObject,
    );
    for (const key of new Set([...Object.keys(has ?? {}), ...Object.keys(should ?? {})])) {
      const [found, right] = [has?.[key], should?.[key]];
      if (isDeepStrictEqual(found, right)) continue;
      return `${name}.${key} would be ${JSON.stringify(found)} instead of ${JSON.stringify(right)}`;
    }
  }
  return undefined;
}
