import { isSelectorKey, taskSelectors } from '../address.ts';
import { splitPath } from './override.ts';
import type { Problems } from './problems.ts';
import type { At } from './source.ts';
import type { Entry, MapTree, Tree } from './tree.ts';
import { show, toJson, visible } from './tree.ts';
import type { Layer } from './written.ts';

export interface AxisDraft {
  readonly name: string;
  readonly at: At;
  readonly variants: readonly VariantDraft[];
}

export interface VariantDraft {
  readonly name: string;
  readonly at: At;
  readonly set: readonly SetDraft[];
}

/** One override of a variant. */
export interface SetDraft extends Layer {
  readonly stage: string;
  readonly stageAt: At;
}

export interface MatrixDraft {
  readonly axes: readonly AxisDraft[];
  readonly exclude: readonly Readonly<Record<string, string>>[];
}

/** More combinations than this are not looked through for one that is left. */
const maxCombinations = 10_000;

/** Reads `matrix`: axis to variant to overrides, `stage.param: [values]`, and `exclude`. */
export function readMatrix(entry: Entry | undefined, problems: Problems): MatrixDraft {
  if (!entry || isNull(entry.value)) return { axes: [], exclude: [] };
  if (entry.value.type !== 'map') {
    problems.error({
      at: visible(entry),
      message: `"matrix" is a map of axes, not ${show(toJson(entry.value))}`,
      hint: 'Write matrix: { mel.n_mels: [40, 64] }.',
    });
    return { axes: [], exclude: [] };
  }
  const axes: AxisDraft[] = [];
  for (const [name, axis] of entry.value.entries) {
    if (name === 'exclude') continue;
    if (!isSelectorKey(name)) {
      problems.error({
        at: axis.key,
        message: `"${name}" is not a name of an axis: use a-z, 0-9, _, - and dots`,
      });
    } else if ((taskSelectors as readonly string[]).includes(name)) {
      problems.error({
        at: axis.key,
        message: `"${name}" cannot be an axis: addresses use it for tasks inside a stage`,
        hint:
          name === 'seed'
            ? 'For several trainings write seeds: 3 in train-kfold; another seed for all is a run of its own: seed=2 on the command line.'
            : 'Choose another name.',
      });
    } else {
      const variants = readVariants(name, axis, problems);
      if (variants.length > 0) axes.push({ name, at: axis.key, variants });
    }
  }
  checkClashes(axes, problems);
  const exclude = readExclude(entry.value.entries.get('exclude'), axes, problems);
  checkAnyLeft(entry, axes, exclude, problems);
  return { axes, exclude };
}

function readVariants(axis: string, entry: Entry, problems: Problems): readonly VariantDraft[] {
  const { value } = entry;
  if (value.type === 'list' && value.items.length > 0)
    return shortForm(axis, entry, value.items, problems);
  if (value.type !== 'map' || value.entries.size === 0) {
    problems.error({
      at: visible(entry),
      message: `axis "${axis}" needs variants, not ${emptyOr(value)}`,
      hint: `Write ${axis.includes('.') ? axis : 'stage.param'}: [a, b], or a map of variant to overrides.`,
    });
    return [];
  }
  const out: VariantDraft[] = [];
  for (const [name, variant] of value.entries) {
    if (isNull(variant.value)) out.push({ name, at: variant.key, set: [] });
    else if (variant.value.type !== 'map') {
      problems.error({
        at: visible(variant),
        message: `variant "${name}" is a map of overrides, not ${show(toJson(variant.value))}`,
        hint: axis.includes('.')
          ? `Write ${axis}: [a, b] for plain values.`
          : 'Write { stage.param: value }.',
      });
    } else out.push({ name, at: variant.key, set: readSet(variant.value, problems) });
  }
  return out;
}

function emptyOr(value: Tree): string {
  if (value.type === 'list') return 'an empty list';
  return value.type === 'map' ? 'an empty map' : show(toJson(value));
}

function readSet(tree: MapTree, problems: Problems): readonly SetDraft[] {
  const out: SetDraft[] = [];
  for (const [name, entry] of tree.entries) {
    const path = splitPath(name, entry.key);
    if (!path || path.param.includes('')) {
      problems.error({
        at: entry.key,
        message: `"${name}" is not an override`,
        hint:
          entry.value.type === 'map'
            ? `Write the path in one: ${name}.${[...entry.value.entries.keys()][0] ?? 'param'}: value.`
            : 'Write stage.param: value.',
      });
    } else {
      const { stage, stageAt, param, parts } = path;
      out.push({ stage, stageAt, path: param, parts, entry });
    }
  }
  return out;
}

/** `mel.n_mels: [40, 64]`: an axis named by its path, variants named by their values. */
function shortForm(
  axis: string,
  entry: Entry,
  items: readonly Tree[],
  problems: Problems,
): readonly VariantDraft[] {
  const path = splitPath(axis, entry.key);
  if (!path) {
    problems.error({
      at: entry.key,
      message: `an axis given as a list is named by what it sets, and "${axis}" is no stage.param`,
      hint: 'Write stage.param: [values], or name the variants: { a: { stage.param: value } }.',
    });
    return [];
  }
  const out: VariantDraft[] = [];
  for (const item of items) {
    const at = item.at.end > item.at.start ? item.at : entry.key;
    if (item.type !== 'scalar') {
      problems.error({
        at,
        message: `${show(toJson(item))} has no name as a variant`,
        hint: `Name the variants: ${axis.split('.').at(-1)}: { first: { ${axis}: … } }.`,
      });
      continue;
    }
    const name = String(item.value);
    const before = out.find((one) => one.name === name);
    if (before) {
      problems.error({
        at,
        message: `variant ${name} is given twice`,
        related: [{ message: 'first given here', at: before.at }],
      });
      continue;
    }
    const { stage, stageAt, param, parts } = path;
    const set: SetDraft = {
      stage,
      stageAt,
      path: param,
      parts,
      entry: { key: entry.key, value: item },
    };
    out.push({ name, at, set: [set] });
  }
  return out;
}

/** Two axes that set one param, or a part of it: its value would depend on their order. */
function checkClashes(axes: readonly AxisDraft[], problems: Problems): void {
  interface Owner {
    readonly axis: AxisDraft;
    readonly at: At;
  }
  const whole = new Map<string, Owner>();
  const inside = new Map<string, Owner>();
  for (const axis of axes) {
    for (const { stage, path, parts } of axis.variants.flatMap((variant) => variant.set)) {
      const names = path.map((_, n) => [stage, ...path.slice(0, n + 1)].join('.'));
      const full = names.at(-1) ?? stage;
      const before = [inside.get(full), ...names.map((name) => whole.get(name))].find(
        (owner) => owner && owner.axis !== axis,
      );
      if (before) {
        problems.error({
          at: parts[0] ?? axis.at,
          message: `"${full}" is set by two axes, ${before.axis.name} and ${axis.name}`,
          related: [{ message: `set by ${before.axis.name} here`, at: before.at }],
        });
        continue;
      }
      const owner = { axis, at: parts[0] ?? axis.at };
      whole.set(full, owner);
      for (const name of names) inside.set(name, owner);
    }
  }
}

function readExclude(
  entry: Entry | undefined,
  axes: readonly AxisDraft[],
  problems: Problems,
): MatrixDraft['exclude'] {
  if (!entry || isNull(entry.value)) return [];
  const items = entry.value.type === 'list' ? entry.value.items : [];
  if (entry.value.type !== 'list') {
    problems.error({
      at: visible(entry),
      message: `"exclude" is a list of combinations, not ${show(toJson(entry.value))}`,
      hint: 'Write exclude: [{ axis: variant }].',
    });
  }
  const out: Readonly<Record<string, string>>[] = [];
  for (const item of items) {
    if (item.type !== 'map' || item.entries.size === 0) {
      problems.error({
        at: item.at,
        message: `a combination is a map of axis to variant, not ${emptyOr(item)}`,
      });
      continue;
    }
    const rule: Record<string, string> = {};
    for (const [name, variant] of item.entries) {
      const axis = axes.find((one) => one.name === name);
      const value = String(toJson(variant.value));
      if (!axis) {
        problems.error({
          at: variant.key,
          message: `unknown axis "${name}"`,
          nearest: problems.nearest(
            name,
            axes.map((one) => one.name),
          ),
        });
      } else if (variant.value.type !== 'scalar' || !axis.variants.some((v) => v.name === value)) {
        const names = axis.variants.map((v) => v.name);
        problems.error({
          at: visible(variant),
          message: `axis "${name}" has no variant ${show(toJson(variant.value)).replace(/^the text /, '')}`,
          nearest: problems.nearest(value, names),
          hint: `It has ${names.join(', ')}.`,
        });
      } else rule[name] = value;
    }
    if (Object.keys(rule).length === item.entries.size) out.push(rule);
  }
  return out;
}

function checkAnyLeft(
  entry: Entry,
  axes: readonly AxisDraft[],
  exclude: MatrixDraft['exclude'],
  problems: Problems,
): void {
  const count = axes.reduce((product, axis) => product * axis.variants.length, 1);
  if (exclude.length === 0 || count > maxCombinations) return;
  for (let index = 0; index < count; index++) {
    let rest = index;
    const choice: Record<string, string> = {};
    for (const { name, variants } of axes) {
      choice[name] = variants[rest % variants.length]?.name ?? '';
      rest = Math.floor(rest / variants.length);
    }
    const excluded = exclude.some((rule) =>
      Object.entries(rule).every(([axis, variant]) => choice[axis] === variant),
    );
    if (!excluded) return;
  }
  const value = entry.value.type === 'map' ? entry.value.entries.get('exclude') : undefined;
  problems.error({
    at: value?.key ?? entry.key,
    message: '"exclude" leaves no combination of the matrix',
  });
}

function isNull(tree: Tree): boolean {
  return tree.type === 'scalar' && tree.value === null;
}
