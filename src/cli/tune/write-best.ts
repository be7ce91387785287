import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { parse } from 'yaml';
import { loadExperiment } from '../../engine/engine.ts';
import { setParam } from '../../engine/spec/defaults.ts';
import type { StageSpec } from '../../engine/spec/types.ts';
import { movePaths } from '../../engine/spec/written.ts';
import type { Json, JsonObject } from '../../util/json.ts';
import { UsageError } from '../command.ts';
import type { Opened } from '../open-experiment.ts';
import { bestOf, bestSpec } from './best-spec.ts';
import { firstDifference } from './same-nodes.ts';
import type { TuneStatus } from './status-text.ts';

/** Writes the best trial of a search as a spec. Throws `UsageError` where there is none to write. */
export async function writeBest(
  found: readonly (TuneStatus | string)[],
  {
    spec,
    overrides,
    file,
    outer,
    cwd,
    opened: { host, experiment },
  }: {
    readonly spec: string;
    readonly overrides: readonly string[];
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
  if (!written.ok) {
    throw new UsageError(`${spec} is not right without the overrides`, `affekt plan ${spec}`);
  }
  const base = relative(dirname(path), experiment.file);
  const schemaOf = ({ uses }: StageSpec): object =>
    (experiment.own[uses]?.kind ?? host.kinds[uses])?.params ?? {};
  const text = bestSpec({
    base: base.startsWith('.') ? base : `./${base}`,
    name: basename(path).replace(/\.ya?ml$/, ''),
    search: one.address,
    target: one.target,
    written: written.value.spec,
    spec: experiment.spec,
    vars: varsOf(overrides),
    wanted: (stage) => withValues(stage, best.set, schemaOf(stage)),
    moved: (stage, params) => movePaths(schemaOf(stage), params, () => stage.folder, dirname(path)),
    comment: `Trial ${best.trial} of the search "${one.address}"${nested ? ` in outer fold ${outer}` : ''}, the best of ${own.length} so far: ${(100 * (best.value ?? 0)).toFixed(1)} %\non clips to choose by. A number on these speakers is too good; the search's own is not.`,
  });
  writeFileSync(path, text);
  const reread = await loadExperiment(host, path, []);
  const winner = { search: one.address, target: one.target, set: best.set };
  const problem = reread.ok
    ? firstDifference(experiment, reread.value, winner, host.kinds)
    : reread.error[0]?.message;
  if (problem === undefined) return;
  rmSync(path);
  throw new UsageError(
    `a spec that extends ${spec} cannot say what trial ${best.trial} was made with: ${problem}`,
    `Write the values of that trial into a copy of ${spec} yourself: affekt tune status shows them.`,
  );
}

/** `vars.x=value` of the command line, as a spec has them. */
function varsOf(overrides: readonly string[]): JsonObject {
  const pairs = overrides.flatMap((text) => {
    const [, name, value] = /^vars\.([^=.]+)=(.*)$/s.exec(text) ?? [];
    return name === undefined ? [] : [[name, parse(value ?? '') as Json] as const];
  });
  return Object.fromEntries(pairs);
}

/** Params of a stage as written, with the winner's values in place of what the spec has. */
function withValues(
  { name, with: params }: StageSpec,
  set: Readonly<Record<string, Json>>,
  schema: object,
): JsonObject {
  return Object.entries(set)
    .map(([path, value]) => ({ path: path.split('.'), value }))
    .filter(({ path }) => path[0] === name)
    .reduce((so, { path, value }) => setParam(schema, so, path.slice(1), value), params);
}
