import { invalid, type MlflowError } from './error.ts';
import { codePoints, limits } from './limits.ts';
import type { Metric, Pairs } from './types.ts';

/**
 * Every check returns the first problem or nothing. They matter: a server that meets a field of the
 * wrong type stops reading there, keeps what came before, drops what follows, and answers 200.
 */
export type Problem = MlflowError | undefined;

export function firstProblem(...problems: readonly (Problem | (() => Problem))[]): Problem {
  for (const problem of problems) {
    const found = typeof problem === 'function' ? problem() : problem;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Well-formed text without NUL, which not every database takes, of at most so many code points. */
export function checkText(field: string, value: unknown, most: number): Problem {
  if (typeof value !== 'string') return invalid(field, `must be text, got ${typeof value}`);
  if (!isWellFormed(value)) return invalid(field, 'holds half of a surrogate pair');
  if (value.includes('\0')) return invalid(field, 'holds a NUL character');
  const length = value.length > most ? codePoints(value) : 0;
  return length > most ? invalid(field, `has ${length} characters, at most ${most}`) : undefined;
}

/** `String.prototype.isWellFormed`, which the types of the oldest supported Node lack. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

const notInKey = /[^/\p{L}\p{N}_.\- :]/u;

/** Keys of metrics, params and tags: a set of characters, and the shape of a relative path. */
export function checkKey(field: string, key: string): Problem {
  const text = checkText(field, key, limits.key);
  if (text !== undefined) return text;
  const odd = notInKey.exec(key)?.[0];
  if (odd !== undefined) {
    return invalid(
      field,
      `${JSON.stringify(key)} holds ${JSON.stringify(odd)}; letters, digits, blanks and _ - . / : are allowed`,
    );
  }
  const parts = key.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..') || key.startsWith('..')) {
    return invalid(
      field,
      `${JSON.stringify(key)} is no plain path: no empty part, no . or .., no / at either end`,
    );
  }
  return undefined;
}

/** A key as close to the text as servers take: `loss (mean)` becomes `loss _mean_`. */
export function toKey(text: string): string {
  const parts = text
    .normalize('NFC')
    .replace(/[^/\p{L}\p{N}_.\- :]/gu, '_')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..');
  const key = parts.join('/').replace(/^\.\.+/, '_');
  return key === '' ? '_' : [...key].slice(0, limits.key).join('').replace(/\/$/, '_');
}

/** A whole number that JSON and int64 both keep. */
function checkWhole(field: string, value: unknown): Problem {
  return Number.isSafeInteger(value)
    ? undefined
    : invalid(field, `must be a whole number below 2^53, got ${String(value)}`);
}

export function checkTime(field: string, value: unknown): Problem {
  return firstProblem(checkWhole(field, value), () =>
    (value as number) < 0 ? invalid(field, `is before 1970: ${String(value)}`) : undefined,
  );
}

export function checkMetrics(metrics: readonly Metric[]): Problem {
  for (const [n, { key, value, timestamp, step, modelId }] of metrics.entries()) {
    const at = `metrics[${n}]`;
    const problem = firstProblem(
      () => checkKey(`${at}.key`, key),
      () =>
        typeof value === 'number'
          ? undefined
          : invalid(`${at}.value`, `must be a number, got ${typeof value}`),
      () => checkTime(`${at}.timestamp`, timestamp),
      () => checkWhole(`${at}.step`, step),
      () => (modelId === undefined ? undefined : checkText(`${at}.modelId`, modelId, limits.key)),
    );
    if (problem !== undefined) return problem;
  }
  return undefined;
}

export function checkPairs(field: 'params' | 'tags', pairs: Pairs, most: number): Problem {
  for (const [key, value] of Object.entries(pairs)) {
    const problem = firstProblem(
      () => checkKey(`${field} key`, key),
      () => checkText(`${field}[${JSON.stringify(key)}]`, value, most),
    );
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Ids come from the server and go into addresses. */
export function checkId(field: string, id: unknown): Problem {
  return typeof id === 'string' && /^[a-zA-Z0-9][\w-]{0,255}$/.test(id)
    ? undefined
    : invalid(field, `${JSON.stringify(id) ?? 'nothing'} is no id`);
}
