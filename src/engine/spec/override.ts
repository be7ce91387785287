import { parseYaml } from './parse.ts';
import type { Problems } from './problems.ts';
import type { At, Source } from './source.ts';
import type { Entry, MapTree } from './tree.ts';
import { mapTree, scalarTree } from './tree.ts';
import type { Layer } from './written.ts';

/** `stage.param.sub` with the place of each part. */
export interface OverridePath {
  readonly stage: string;
  readonly stageAt: At;
  readonly param: readonly string[];
  readonly parts: readonly At[];
}

/** Overrides of the command line, parsed: those of top keys are in the root, the rest are layers. */
export interface Overrides {
  readonly root: MapTree;
  /** By stage, in the order they were given. */
  readonly layers: ReadonlyMap<string, readonly Layer[]>;
  /** First mention of each stage. */
  readonly stages: ReadonlyMap<string, At>;
}

const topKeys = ['name', 'seed', 'description'] as const;

/**
 * Splits a dotted path. `at` is the place of the whole text, as it was written (in quotes or not).
 * `undefined` when there is no dot.
 */
export function splitPath(text: string, at: At): OverridePath | undefined {
  const shift = Math.max(0, at.source.text.slice(at.start, at.end).indexOf(text));
  let offset = at.start + shift;
  const parts = text.split('.').map((name) => {
    const place: At = { source: at.source, start: offset, end: offset + name.length };
    offset = place.end + 1;
    return { name, place };
  });
  const [stage, ...param] = parts;
  if (!stage || param.length === 0) return undefined;
  return {
    stage: stage.name,
    stageAt: stage.place,
    param: param.map((part) => part.name),
    parts: param.map((part) => part.place),
  };
}

/** Puts `stage.param=value`, `vars.x=value`, `seed=value` and `name=value` on top of a spec. */
export function applyOverrides(
  root: MapTree,
  args: readonly string[],
  cwd: string,
  problems: Problems,
): Overrides {
  const layers = new Map<string, Layer[]>();
  const stages = new Map<string, At>();
  let out = root;
  for (const text of args) {
    const source: Source = { name: 'command line', path: '', folder: cwd, text };
    const whole: At = { source, start: 0, end: text.length };
    const equals = text.indexOf('=');
    const key: At = { source, start: 0, end: equals };
    const name = text.slice(0, equals);
    if (equals <= 0 || /\s/.test(name)) {
      problems.error({
        at: whole,
        message: `"${text}" is not an override`,
        hint: 'Write stage.param=value, vars.name=value or seed=value.',
      });
      continue;
    }
    const value = parseValue(source, equals + 1, problems);
    if (!value) continue;
    const entry: Entry = { key, value };
    if ((topKeys as readonly string[]).includes(name)) {
      out = mapTree(out.at, new Map(out.entries).set(name, entry));
      continue;
    }
    const path = splitPath(name, key);
    if (!path || path.param.includes('')) {
      problems.error({
        at: key,
        message: `"${name}" names no param`,
        nearest: problems.nearest(name, topKeys),
        hint: isStage(root, name)
          ? `Write ${name}.PARAM=value.`
          : `Write it with its stage, STAGE.${name}=value; or vars.NAME=value, seed=value.`,
      });
    } else if (path.stage === 'vars') {
      out = setVar(out, path, entry, problems);
    } else {
      stages.set(path.stage, stages.get(path.stage) ?? path.stageAt);
      const list = layers.get(path.stage) ?? [];
      list.push({ path: path.param, parts: path.parts, entry });
      layers.set(path.stage, list);
    }
  }
  return { root: out, layers, stages };
}

function parseValue(source: Source, start: number, problems: Problems): Entry['value'] | undefined {
  const text = source.text.slice(start);
  if (text.trim() === '') {
    problems.error({
      at: { source, start: 0, end: source.text.length },
      message: 'there is no value after "="',
      hint: 'Write null for none, "" for an empty text.',
    });
    return undefined;
  }
  return (
    parseYaml(source, problems, start) ??
    (problems.failed ? undefined : scalarTree({ source, start, end: source.text.length }, null))
  );
}

function setVar(root: MapTree, path: OverridePath, entry: Entry, problems: Problems): MapTree {
  const vars = root.entries.get('vars');
  const set = (tree: MapTree, depth: number): MapTree => {
    const name = path.param[depth] ?? '';
    const before = tree.entries.get(name);
    if (!before) {
      problems.error({
        at: path.parts[depth] ?? entry.key,
        message: `unknown var "${path.param.slice(0, depth + 1).join('.')}"`,
        nearest: problems.nearest(name, tree.entries.keys()),
        hint: tree.entries.size === 0 ? 'The spec has no vars.' : undefined,
      });
      return tree;
    }
    if (depth === path.param.length - 1) {
      return mapTree(
        tree.at,
        new Map(tree.entries).set(name, { key: before.key, value: entry.value }),
      );
    }
    if (before.value.type !== 'map') {
      problems.error({
        at: path.parts[depth + 1] ?? entry.key,
        message: `"vars.${path.param.slice(0, depth + 1).join('.')}" is not a map`,
      });
      return tree;
    }
    const value = set(before.value, depth + 1);
    return mapTree(tree.at, new Map(tree.entries).set(name, { key: before.key, value }));
  };
  const empty = mapTree(root.at, new Map<string, Entry>());
  const next = set(vars?.value.type === 'map' ? vars.value : empty, 0);
  return mapTree(
    root.at,
    new Map(root.entries).set('vars', { key: vars?.key ?? entry.key, value: next }),
  );
}

function isStage(root: MapTree, name: string): boolean {
  const stages = root.entries.get('stages')?.value;
  return stages?.type === 'map' && stages.entries.has(name);
}
