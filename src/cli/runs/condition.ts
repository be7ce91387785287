import { UsageError } from '../command.ts';

const operators = ['<=', '>=', '!=', '==', '=', '<', '>', '~'] as const;

type Operator = (typeof operators)[number];

/** `uar > 0.6`: one comparison of `--where`. */
export interface Condition {
  readonly key: string;
  readonly operator: Operator;
  readonly value: string | number;
  /** As it was written, for messages. */
  readonly text: string;
}

/** What a run says of a key: several values where its variants differ; none where it says nothing. */
export type Values = readonly (string | number | boolean | null)[];

const help =
  'Write KEY OP VALUE, joined by "and": uar > 0.6 and state = done. OP is one of = != < <= > >= ~ (contains).';

/** Reads `KEY OP VALUE and KEY OP VALUE …`; values with spaces or "and" stand in quotes. Throws `UsageError`. */
export function parseWhere(text: string): readonly Condition[] {
  const found: Condition[] = [];
  let at = 0;
  const fail = (what: string): never => {
    throw new UsageError(`--where "${text}", column ${at + 1}: ${what}`, help);
  };
  const take = (pattern: RegExp): string | undefined => {
    const [match] = new RegExp(`^${pattern.source}`, pattern.flags).exec(text.slice(at)) ?? [];
    at += match?.length ?? 0;
    return match;
  };
  for (;;) {
    take(/\s*/);
    const start = at;
    const key =
      take(/[A-Za-z_][\w.-]*/) ?? fail('a name such as uar, state or cnn.epochs is wanted');
    take(/\s*/);
    const operator =
      take(/(<=|>=|!=|==|=|<|>|~)/) ??
      fail(`one of ${operators.filter((one) => one !== '==').join(' ')} is wanted after ${key}`);
    take(/\s*/);
    const quoted = take(/("[^"]*"|'[^']*')/);
    const value = quoted?.slice(1, -1) ?? take(/(?:(?!\s+and(?:\s|$))[^"'<>=~])+/i)?.trim() ?? '';
    if (quoted === undefined && value === '') fail(`a value is wanted after ${operator}`);
    found.push({
      ...{ key, operator: operator as Operator },
      value: quoted === undefined ? typed(value) : value,
      text: text.slice(start, at).trim(),
    });
    take(/\s*/);
    if (at === text.length) return found;
    if (take(/and(?:\s|$)/i) === undefined) fail('"and" is wanted between two conditions');
  }
}

/** A number where it is one; `60 %` is 0.6. */
function typed(text: string): string | number {
  const [, digits, percent] = /^(-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(%?)$/i.exec(text) ?? [];
  if (digits === undefined) return text;
  return percent === '%' ? Number(digits) / 100 : Number(digits);
}

/**
 * Whether one of the values meets a condition; `!=` wants that none is equal. What a run says nothing of
 * meets none.
 */
export function meets(values: Values, { operator, value }: Condition): boolean {
  const known = values.filter((one) => one !== null || value === 'null');
  if (known.length === 0) return false;
  if (operator === '!=') return known.every((one) => !same(one, value));
  return known.some((one) => {
    if (operator === '=' || operator === '==') return same(one, value);
    if (operator === '~') {
      return String(one).toLowerCase().includes(String(value).toLowerCase());
    }
    // Text is ordered as text: dates are ISO 8601.
    const numbers = typeof one === 'number' && typeof value === 'number';
    const order = numbers ? Math.sign(one - value) : compareText(String(one), String(value));
    if (typeof one === 'number' && !numbers) return false;
    return operator.startsWith('<')
      ? order < 0 || (operator === '<=' && order === 0)
      : order > 0 || (operator === '>=' && order === 0);
  });
}

function same(one: Values[number], value: string | number): boolean {
  return typeof one === 'number' && typeof value === 'number'
    ? one === value
    : String(one) === String(value);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
