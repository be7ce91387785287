import type { Result } from './result.ts';
import { err, ok } from './result.ts';

/**
 * Where a stage, a variant or a nested task is: `search[trial=17]/cnn[fold=3,seed=1]`. The same text
 * on the command line, on screen and in records.
 */
export type Address = readonly Segment[];

export interface Segment {
  readonly name: string;
  readonly select: readonly Selector[];
}

export interface Selector {
  readonly key: string;
  readonly value: string;
}

/** A pattern over addresses: `*` inside a name or value, `**` over segments, `x[*]`. */
export type AddressGlob = readonly (GlobSegment | '**')[];

export interface GlobSegment {
  readonly name: string;
  /** Selectors that must be there; others may be. Empty for `x` and `x[*]`. */
  readonly select: readonly Selector[];
}

/** What is wrong with an address, and where in its text (1-based). */
export interface AddressError {
  readonly message: string;
  readonly column: number;
  readonly length: number;
}

/** Selectors of nested tasks, in printed order: they follow the matrix axes. */
export const taskSelectors = ['outer', 'trial', 'fold', 'seed', 'epochs', 'chunk'] as const;

const namePattern = /^[a-z][a-z0-9_-]*$/;
const keyPattern = /^[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)*$/;
const barePattern = /^[A-Za-z0-9_.+-]+$/;

/** Whether `text` can name a stage: a lower-case letter, then letters, digits, `_` and `-`. */
export function isName(text: string): boolean {
  return namePattern.test(text);
}

/** Whether `text` can be the key of a selector: a name, or names joined by dots. */
export function isSelectorKey(text: string): boolean {
  return keyPattern.test(text);
}

/** The name in front of an address: `mel[front=a,chunk=0f]` → `mel`. */
export function stageName(address: string): string {
  return address.replace(/[[/].*$/s, '');
}

export function parseAddress(text: string): Result<Address, AddressError> {
  const parsed = scan(text, false);
  return parsed.ok ? ok(parsed.value as Address) : parsed;
}

export function parseGlob(text: string): Result<AddressGlob, AddressError> {
  return scan(text, true);
}

/**
 * The one printed form. Selectors are put in order: matrix axes (in the order of `axes`, or as they
 * come), then outer, trial, fold, seed, epochs, chunk. A value outside `[A-Za-z0-9_.+-]+` is a JSON string.
 */
export function formatAddress(address: Address, axes: readonly string[] = []): string {
  const rank = (key: string): number => {
    const task = (taskSelectors as readonly string[]).indexOf(key);
    if (task >= 0) return axes.length + 1 + task;
    const axis = axes.indexOf(key);
    return axis >= 0 ? axis : axes.length;
  };
  return address
    .map(({ name, select }) => {
      if (select.length === 0) return name;
      const sorted = [...select].sort((a, b) => rank(a.key) - rank(b.key));
      return `${name}[${sorted.map((s) => `${s.key}=${formatValue(s.value)}`).join(',')}]`;
    })
    .join('/');
}

function formatValue(value: string): string {
  return barePattern.test(value) ? value : JSON.stringify(value);
}

/**
 * Whether a glob covers an address. Naming something names what lies inside it: `cnn` covers
 * `cnn[fold=3]`, and `search` covers `search[trial=1]/cnn`.
 */
export function matchAddress(glob: AddressGlob, address: Address): boolean {
  // Positions in the glob that the segments so far can have led to.
  let states = reach(glob, [0]);
  for (const segment of address) {
    if (states.includes(glob.length)) return true;
    const next: number[] = [];
    for (const at of states) {
      const part = glob[at];
      if (part === undefined) continue;
      if (part === '**') next.push(at);
      else if (matchSegment(part, segment)) next.push(at + 1);
    }
    states = reach(glob, [...new Set(next)]);
  }
  return states.includes(glob.length);
}

function reach(glob: AddressGlob, states: readonly number[]): number[] {
  const out = new Set(states);
  for (const at of out) if (glob[at] === '**') out.add(at + 1);
  return [...out];
}

function matchSegment(glob: GlobSegment, segment: Segment): boolean {
  if (!matchText(glob.name, segment.name)) return false;
  return glob.select.every((wanted) =>
    segment.select.some((has) => has.key === wanted.key && matchText(wanted.value, has.value)),
  );
}

/** `*` stands for any run of characters. Greedy with one backtrack point: linear in practice. */
function matchText(glob: string, text: string): boolean {
  const parts = glob.split('*');
  const first = parts[0] ?? '';
  if (parts.length === 1) return glob === text;
  const last = parts[parts.length - 1] ?? '';
  if (!text.startsWith(first) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** One pass over the text; `glob` allows `*`, `**` and `[*]`. */
function scan(text: string, glob: boolean): Result<AddressGlob, AddressError> {
  const out: (GlobSegment | '**')[] = [];
  let at = 0;
  const fail = (message: string, from: number, to = from + 1): Result<never, AddressError> =>
    err({ message, column: from + 1, length: Math.max(1, to - from) });
  if (text === '') return fail('an address cannot be empty', 0);
  for (;;) {
    const start = at;
    while (at < text.length && !/[[\]/,=\s]/.test(text.charAt(at))) at++;
    const name = text.slice(start, at);
    if (name === '') return fail('a stage name is missing here', start);
    if (glob && name === '**') out.push('**');
    else {
      if (!(glob ? /^[a-z*][a-z0-9_*-]*$/ : namePattern).test(name)) {
        return fail(`"${name}" is not a stage name: use a-z, 0-9, _ and -`, start, at);
      }
      let select: readonly Selector[] = [];
      if (text[at] === '[') {
        const inner = scanSelectors(text, at, glob);
        if (!inner.ok) return inner;
        select = inner.value.select;
        at = inner.value.end;
      }
      out.push({ name, select });
    }
    if (at === text.length) return ok(out);
    if (text[at] !== '/') return fail(`"${text[at]}" does not belong here`, at);
    at++;
  }
}

function scanSelectors(
  text: string,
  open: number,
  glob: boolean,
): Result<{ readonly select: readonly Selector[]; readonly end: number }, AddressError> {
  const select: Selector[] = [];
  const fail = (message: string, from: number, to = from + 1): Result<never, AddressError> =>
    err({ message, column: from + 1, length: Math.max(1, to - from) });
  if (glob && text.startsWith('[*]', open)) return ok({ select, end: open + 3 });
  let at = open + 1;
  for (;;) {
    const start = at;
    while (at < text.length && !/[=,\]]/.test(text.charAt(at))) at++;
    const key = text.slice(start, at);
    if (key === '*' && !glob) return fail('"*" picks several: it is not an address', start);
    if (!keyPattern.test(key)) {
      const message = key === '' ? 'a selector is missing here' : `"${key}" is not a selector`;
      return fail(message, start, at);
    }
    if (text[at] !== '=') return fail(`"${key}" needs a value: ${key}=…`, start, at);
    at++;
    const value = scanValue(text, at, glob);
    if (!value.ok) return value;
    if (select.some((s) => s.key === key)) return fail(`"${key}" is given twice`, start, at - 1);
    select.push({ key, value: value.value.value });
    at = value.value.end;
    if (text[at] === ']') return ok({ select, end: at + 1 });
    if (at >= text.length) return fail('"[" is never closed', open);
    if (text[at] !== ',') return fail(`"${text[at]}" does not belong here`, at);
    at++;
  }
}

function scanValue(
  text: string,
  start: number,
  glob: boolean,
): Result<{ readonly value: string; readonly end: number }, AddressError> {
  const rest = text.slice(start);
  if (rest.startsWith('"')) {
    const quoted = /^"(?:[^"\\]|\\.)*"/.exec(rest)?.[0];
    try {
      if (quoted !== undefined) {
        return ok({ value: JSON.parse(quoted) as string, end: start + quoted.length });
      }
    } catch {
      // Falls through: a bad escape is the same mistake as a missing end quote.
    }
    return err({
      message: 'this is not a JSON string',
      column: start + 1,
      length: Math.max(1, rest.length),
    });
  }
  const bare = (glob ? /^[A-Za-z0-9_.+*-]+/ : /^[A-Za-z0-9_.+-]+/).exec(rest)?.[0];
  if (bare === undefined) {
    return err({ message: 'a value is missing here', column: start + 1, length: 1 });
  }
  return ok({ value: bare, end: start + bare.length });
}
