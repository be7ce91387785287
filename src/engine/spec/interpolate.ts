import { grouped } from '../../util/count.ts';
import type { Problems } from './problems.ts';
import type { At } from './source.ts';
import type { Entry, MapTree, ScalarTree, Tree } from './tree.ts';
import { listTree, mapTree, maxExpandedValues, scalarTree, show, toJson } from './tree.ts';

/** Longest text that references may grow to, in characters. */
const maxText = 1_000_000;

interface InterpolateOptions {
  readonly vars: MapTree | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly problems: Problems;
}

/**
 * Replaces `${vars.x}`, `${env:NAME}` and `${env:NAME:-default}`. A value that is one reference as a
 * whole takes the type of what it refers to (a variable of the environment is read as a YAML scalar);
 * inside a text the reference is put in as text. `$${` stands for `${`.
 */
export class Interpolator {
  readonly #vars: MapTree | undefined;
  readonly #env: InterpolateOptions['env'];
  readonly #problems: Problems;
  readonly #resolved = new Map<string, Tree>();
  readonly #stack: string[] = [];
  readonly #used = new Set<string>();

  constructor(options: InterpolateOptions) {
    this.#vars = options.vars;
    this.#env = options.env;
    this.#problems = options.problems;
  }

  /** Names of the environment that were asked for, sorted. */
  get used(): readonly string[] {
    return [...this.#used].sort();
  }

  /** Resolves every var, so that mistakes in unused ones show too. */
  checkVars(): void {
    for (const [name, entry] of this.#vars?.entries ?? []) this.#var(name, entry.key);
  }

  apply(tree: Tree): Tree {
    if (tree.type === 'scalar') {
      return typeof tree.value === 'string' && tree.value.includes('${')
        ? this.#text(tree, tree.value)
        : tree;
    }
    if (tree.type === 'list') {
      const items = tree.items.map((item) => this.apply(item));
      if (items.every((item, i) => item === tree.items[i])) return tree;
      return this.#bounded(listTree(tree.at, items));
    }
    let changed = false;
    const entries = new Map<string, Entry>();
    for (const [name, entry] of tree.entries) {
      if (name.includes('${')) {
        this.#problems.error({
          at: entry.key,
          message: 'references are replaced in values, not in keys',
        });
      }
      const value = this.apply(entry.value);
      changed ||= value !== entry.value;
      entries.set(name, value === entry.value ? entry : { key: entry.key, value });
    }
    return changed ? this.#bounded(mapTree(tree.at, entries)) : tree;
  }

  #bounded(tree: Tree): Tree {
    if (tree.size <= maxExpandedValues) return tree;
    this.#problems.error({
      at: tree.at,
      message: `references expand to more than ${grouped(maxExpandedValues)} values`,
    });
    return failed(tree.at);
  }

  #text(tree: ScalarTree, text: string): Tree {
    const pattern = /\$\$\{|\$\{([^}]*)(\}?)/g;
    const raw = tree.at.source.text.slice(tree.at.start, tree.at.end);
    let out = '';
    let last = 0;
    let rawFrom = 0;
    for (const match of text.matchAll(pattern)) {
      out += text.slice(last, match.index);
      last = match.index + match[0].length;
      if (match[0] === '$${') {
        out += '${';
        continue;
      }
      const found = raw.indexOf(match[0], rawFrom);
      if (found >= 0) rawFrom = found + match[0].length;
      const start = found >= 0 ? tree.at.start + found : tree.at.start;
      const at: At =
        found >= 0 ? { source: tree.at.source, start, end: start + match[0].length } : tree.at;
      const reference = match[1] ?? '';
      if (match[2] === '') {
        this.#problems.error({
          at,
          message: 'a reference is never closed',
          hint: 'Write ${vars.x}, or $${ for the two characters themselves.',
        });
        return failed(tree.at);
      }
      const value = this.#reference(reference, at);
      if (!value || isFailed(value)) return failed(tree.at);
      if (match[0] === text) return placed(value, tree.at);
      if (value.type !== 'scalar' || value.value === null) {
        this.#problems.error({
          at,
          message: `\${${reference}} is ${show(toJson(value))}, which does not fit inside a text`,
          hint: 'Give it as the whole value.',
        });
        return failed(tree.at);
      }
      out += String(value.value);
      if (out.length > maxText) {
        this.#problems.error({ at: tree.at, message: 'references make this text too long' });
        return failed(tree.at);
      }
    }
    return { ...scalarTree(tree.at, out + text.slice(last)), interpolated: true };
  }

  #reference(reference: string, at: At): Tree | undefined {
    if (reference.startsWith('env:')) return this.#environment(reference.slice(4), at);
    const path = reference.split('.');
    if (path[0] !== 'vars' || path.length < 2 || path.includes('')) {
      const bare = this.#vars?.entries.has(reference);
      this.#problems.error({
        at,
        message: `unknown reference "${reference}"`,
        nearest: bare ? `\${vars.${reference}}` : undefined,
        hint: 'References are ${vars.NAME}, ${env:NAME} and ${env:NAME:-default}; $${ is the text itself.',
      });
      return undefined;
    }
    const [, name = '', ...rest] = path;
    let tree = this.#var(name, at);
    let known = `vars.${name}`;
    for (const part of rest) {
      if (!tree || isFailed(tree)) return tree;
      const entry: Entry | undefined = tree.type === 'map' ? tree.entries.get(part) : undefined;
      if (!entry) {
        const names = tree.type === 'map' ? [...tree.entries.keys()] : [];
        this.#problems.error({
          at,
          message: `"${known}" has no "${part}"`,
          nearest: this.#problems.nearest(part, names),
        });
        return undefined;
      }
      tree = entry.value;
      known += `.${part}`;
    }
    return tree;
  }

  #var(name: string, at: At): Tree | undefined {
    const done = this.#resolved.get(name);
    if (done) return done;
    const entry = this.#vars?.entries.get(name);
    if (!entry) {
      const names = [...(this.#vars?.entries.keys() ?? [])];
      this.#problems.error({
        at,
        message: `unknown var "${name}"`,
        nearest: this.#problems.nearest(name, names),
        hint: names.length === 0 ? 'The spec has no vars: add them under "vars:".' : undefined,
      });
      return undefined;
    }
    const open = this.#stack.indexOf(name);
    if (open >= 0) {
      const names = [...this.#stack.slice(open), name].map((n) => `vars.${n}`);
      this.#problems.error({ at, message: `vars refer to each other: ${names.join(' → ')}` });
      return undefined;
    }
    this.#stack.push(name);
    const tree = this.apply(entry.value);
    this.#stack.pop();
    this.#resolved.set(name, tree);
    return tree;
  }

  #environment(reference: string, at: At): Tree | undefined {
    const split = reference.indexOf(':-');
    const name = split < 0 ? reference : reference.slice(0, split);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      this.#problems.error({ at, message: `"${name}" is not a name of an environment variable` });
      return undefined;
    }
    this.#used.add(name);
    // As in a shell, `:-` stands in for an empty variable too.
    const set = Object.hasOwn(this.#env, name) ? this.#env[name] : undefined;
    const text = split >= 0 && (set === undefined || set === '') ? reference.slice(split + 2) : set;
    if (text === undefined) {
      this.#problems.error({
        at,
        message: `the environment variable ${name} is not set`,
        hint: `Set it, or give a default: \${env:${name}:-default}.`,
      });
      return undefined;
    }
    return scalarTree(at, plainScalar(text));
  }
}

/** What a plain YAML scalar of this text is: `16` a number, `true` a boolean, anything else the text. */
function plainScalar(text: string): ScalarTree['value'] {
  if (/^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(text)) {
    const value = Number(text);
    if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) {
      return value;
    }
  }
  if (text === 'true' || text === 'false') return text === 'true';
  return text === 'null' || text === '~' ? null : text;
}

const failures = new WeakSet<Tree>();

/** A stand-in for a value whose reference could not be resolved: said once, not again by later checks. */
function failed(at: At): ScalarTree {
  const tree = scalarTree(at, null);
  failures.add(tree);
  return tree;
}

export function isFailed(tree: Tree): boolean {
  return failures.has(tree);
}

/** A resolved value at the place of its reference, where the user has to look. */
function placed(tree: Tree, at: At): Tree {
  return { ...tree, at, interpolated: true };
}
