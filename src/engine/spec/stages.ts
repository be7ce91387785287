import { resolve } from 'node:path';
import type { JsonObject } from '../../util/json.ts';
import { isName } from '../address.ts';
import type { ArtifactType } from '../artifact.ts';
import type { Result } from '../result.ts';
import type { OutputPort, StageKind } from '../stage.ts';
import { isFailed } from './interpolate.ts';
import type { Problems } from './problems.ts';
import type { Entry } from './tree.ts';
import { mapTree, show, toJson, visible } from './tree.ts';
import type { Layer, Written } from './written.ts';

const stageKeys = ['uses', 'in', 'with'];

/** What people write for a stage's keys in other tools. */
const synonyms: ReadonlyMap<string, string> = new Map(
  Object.entries({
    kind: 'uses',
    type: 'uses',
    stage: 'uses',
    use: 'uses',
    run: 'uses',
    params: 'with',
    config: 'with',
    args: 'with',
    options: 'with',
    input: 'in',
    inputs: 'in',
    from: 'in',
    needs: 'in',
    depends_on: 'in',
    deps: 'in',
  }),
);

/** A stage on its way to being checked. */
export interface StageDraft {
  readonly name: string;
  readonly entry: Entry;
  /** A kind's name, or the absolute path of an own stage. */
  readonly uses: string;
  /** Absent when it is unknown: said once, and not held against others. Its form is chosen by what it reads. */
  kind: StageKind | undefined;
  readonly written: Written;
  readonly folder: string;
  readonly in: Entry | undefined;
  /** Filled in when params are checked. */
  given: JsonObject;
  /** Absent when they depend on params that are wrong. */
  outputs: Readonly<Record<string, OutputPort>> | undefined;
}

export type LoadModule = (path: string) => Promise<Result<StageKind, LoadFailure>>;

/** Why an own stage cannot be loaded. */
export interface LoadFailure {
  readonly message: string;
  readonly hint: string;
}

export interface StageTables {
  readonly kinds: Readonly<Record<string, StageKind>>;
  readonly artifacts: Readonly<Record<string, ArtifactType>>;
  readonly loadModule: LoadModule;
}

/** Reads `stages`: names, keys and kinds. Params and wires are checked after. */
export async function readStages(
  entry: Entry | undefined,
  at: Entry['key'],
  layers: ReadonlyMap<string, readonly Layer[]>,
  tables: StageTables,
  problems: Problems,
): Promise<ReadonlyMap<string, StageDraft>> {
  const drafts = new Map<string, StageDraft>();
  if (entry?.value.type !== 'map' || entry.value.entries.size === 0) {
    const value = entry ? toJson(entry.value) : undefined;
    const bad = entry && value !== null && entry.value.type !== 'map';
    problems.error({
      at: entry ? (bad ? visible(entry) : entry.key) : at,
      message: bad ? `"stages" is a map of stages, not ${show(value)}` : 'the spec has no stages',
      hint: 'Add stages: { speech: { uses: fetch, with: { dataset: demo } } }.',
    });
    return drafts;
  }
  const modules = new Map<string, Promise<Result<StageKind, LoadFailure>>>();
  const load = (path: string): Promise<Result<StageKind, LoadFailure>> => {
    const known = modules.get(path) ?? tables.loadModule(path);
    modules.set(path, known);
    return known;
  };
  const names = Object.values(tables.kinds)
    .filter((kind) => !kind.internal)
    .map((kind) => kind.kind);
  for (const [name, stage] of entry.value.entries) {
    const draft = await readStage(
      name,
      stage,
      layers.get(name) ?? [],
      { ...tables, names, load, stages: entry.value.entries },
      problems,
    );
    if (draft) drafts.set(name, draft);
  }
  return drafts;
}

interface Context extends StageTables {
  /** Kinds that specs may use. */
  readonly names: readonly string[];
  readonly load: LoadModule;
  readonly stages: ReadonlyMap<string, Entry>;
}

async function readStage(
  name: string,
  entry: Entry,
  layers: readonly Layer[],
  context: Context,
  problems: Problems,
): Promise<StageDraft | undefined> {
  if (!isName(name) || name === 'vars') {
    const plain = name
      .toLowerCase()
      .replace(/[^a-z0-9_-]+/g, '-')
      .replace(/^[^a-z]+|-+$/g, '');
    problems.error({
      at: entry.key,
      message:
        name === 'vars'
          ? 'a stage cannot be named "vars": overrides of vars would be meant'
          : `"${name}" is not a name of a stage: a-z first, then a-z, 0-9, "_" and "-"`,
      nearest: name !== 'vars' && isName(plain) ? plain : undefined,
    });
  }
  const { value } = entry;
  const empty = value.type === 'scalar' && value.value === null;
  if (isFailed(value)) return undefined;
  if (value.type !== 'map' && !empty) {
    problems.error({
      at: visible(entry),
      message: `a stage is a map of uses, in and with, not ${show(toJson(value))}`,
      hint: `Write ${name}: { uses: KIND, in: STAGE, with: { … } }.`,
    });
    return undefined;
  }
  const body = value.type === 'map' ? value : mapTree(value.at, new Map<string, Entry>());
  const uses = body.entries.get('uses');
  const found = await readKind(name, entry, uses, context, problems);
  checkKeys(body.entries, found?.kind, problems);
  const given = body.entries.get('with');
  const none = given?.value.type === 'scalar' && given.value.value === null;
  if (given && given.value.type !== 'map' && !none) {
    problems.error({
      at: visible(given),
      message: `"with" is a map of params, not ${show(toJson(given.value))}`,
    });
  }
  return {
    name,
    entry,
    uses: found?.uses ?? '',
    kind: found?.kind,
    written: { stage: entry, with: given?.value.type === 'map' ? given : undefined, layers },
    folder: (uses?.value ?? { at: entry.key }).at.source.folder,
    in: body.entries.get('in'),
    given: {},
    outputs: undefined,
  };
}

function checkKeys(
  entries: ReadonlyMap<string, Entry>,
  kind: StageKind | undefined,
  problems: Problems,
): void {
  for (const [key, entry] of entries) {
    if (stageKeys.includes(key)) continue;
    const param = kind && Object.hasOwn(kind.params.properties, key);
    problems.error({
      at: entry.key,
      message: `unknown key "${key}" of a stage`,
      nearest: param ? undefined : (synonyms.get(key) ?? problems.nearest(key, stageKeys)),
      hint: param
        ? `It is a param of ${kind.kind}: write with: { ${key}: … }.`
        : 'A stage has uses, in and with.',
    });
  }
}

async function readKind(
  name: string,
  entry: Entry,
  uses: Entry | undefined,
  context: Context,
  problems: Problems,
): Promise<{ readonly uses: string; readonly kind: StageKind } | undefined> {
  if (uses && isFailed(uses.value)) return undefined;
  const value = uses ? toJson(uses.value) : name;
  const at = uses ? visible(uses) : entry.key;
  if (typeof value !== 'string') {
    problems.error({
      at,
      message: `"uses" names a kind, not ${show(value)}`,
      hint: listKinds(context),
    });
    return undefined;
  }
  if (/^\.{0,2}\//.test(value)) {
    const path = resolve(uses?.value.at.source.folder ?? '', value);
    const loaded = await context.load(path);
    if (loaded.ok) return { uses: path, kind: loaded.value };
    problems.error({
      at,
      message: `cannot load the stage ${value}: ${loaded.error.message}`,
      hint: loaded.error.hint,
    });
    return undefined;
  }
  const kind = Object.hasOwn(context.kinds, value) ? context.kinds[value] : undefined;
  if (kind && !kind.internal) return { uses: value, kind };
  const file = /\.[cm]?[jt]s$/.test(value);
  problems.error({
    at,
    message: kind
      ? `kind "${value}" is internal: other kinds call it`
      : uses
        ? `unknown kind "${value}"`
        : `stage "${name}" says no "uses", and no kind has its name`,
    nearest: file
      ? `./${value}`
      : problems.nearest(value, [...(uses ? [] : stagesBelow(entry, context)), ...context.names]),
    hint: listKinds(context),
  });
  return undefined;
}

/** Stages of specs that this one extends: who changes one of them writes no `uses`. */
function stagesBelow({ key }: Entry, { stages }: Context): readonly string[] {
  return [...stages].filter(([, one]) => one.key.source !== key.source).map(([name]) => name);
}

function listKinds(context: Context): string {
  return `Kinds: ${context.names.join(', ')}; or a path such as ./stages/pitch.ts.`;
}
