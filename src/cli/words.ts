import type { FieldChange, RunReason } from '../engine/event.ts';
import { grouped } from '../util/count.ts';
import { isJsonObject, type Json } from '../util/json.ts';
import { unreachable } from '../util/unreachable.ts';

/** Why a task runs, in a few words for one line: `n_mels 64 → 40 (+1 more)`. */
export function wordReason(reason: RunReason): string {
  switch (reason.why) {
    case 'new':
      return 'new';
    case 'forced':
      return 'forced';
    case 'evicted':
      return 'result evicted from the cache';
    case 'changed': {
      const [first, ...rest] = reason.fields;
      if (first === undefined) return 'changed';
      return `${wordChange(first)}${more(rest.length)}`;
    }
    default:
      return unreachable(reason);
  }
}

/**
 * Why a stage runs, by the reasons of its tasks: the most telling one, a change rather than the new tasks that
 * it causes. Each task has some of the stage's clips: those of all are counted together, where all are known.
 */
export function wordReasons(reasons: readonly RunReason[]): string | undefined {
  const telling = reasons.find(({ why }) => why !== 'new') ?? reasons[0];
  if (telling?.why !== 'changed' || telling.fields[0]?.field !== 'items')
    return telling && wordReason(telling);
  if (reasons.some(({ why }) => why !== 'changed')) return 'other clips';
  const fields = reasons.flatMap((reason) => (reason.why === 'changed' ? reason.fields : []));
  const items = fields.filter(({ field }) => field === 'items');
  const all = (side: 'before' | 'after'): Json => items.flatMap((one) => listOf(one[side]));
  const others = new Set(fields.map(({ field }) => field)).size - 1;
  return `${wordChange({ field: 'items', before: all('before'), after: all('after') })}${more(others)}`;
}

function more(count: number): string {
  return count === 0 ? '' : ` (+${count} more)`;
}

/** `param n_mels 64 → 40`; a param that is not in a key has its default. Digests are cut. */
export function wordChange({ field, before, after }: FieldChange): string {
  if (before === undefined && after === undefined) return `${field} changed`;
  if (field === 'items') return `other clips (${wordEntries(listOf(before), listOf(after))})`;
  if (isLong(before) && isLong(after))
    return `${field}: ${wordEntries(listOf(before), listOf(after)) || 'another order'}`;
  const absent = field.startsWith('param ') ? 'default' : 'none';
  const word = (value: Json | undefined): string =>
    value === undefined ? absent : wordValue(value);
  return `${field} ${word(before)} → ${word(after)}`;
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

/** Whether a value is a list that does not fit. */
function isLong(value: Json | undefined): boolean {
  return Array.isArray(value) && JSON.stringify(value).length > valueWidth;
}

/** What a list has gained and lost: `3 new, 1 gone`. */
function wordEntries(before: readonly Json[], after: readonly Json[]): string {
  const [was, is] = [before, after].map((list) => new Set(list.map((one) => JSON.stringify(one))));
  const count = (these: Set<string> = new Set(), those: Set<string> = new Set()): number =>
    [...these].filter((one) => !those.has(one)).length;
  const parts = [
    [count(is, was), 'new'],
    [count(was, is), 'gone'],
  ] as const;
  return parts.flatMap(([n, word]) => (n === 0 ? [] : [`${grouped(n)} ${word}`])).join(', ');
}

const valueWidth = 40;

/** A value of a key in a few characters; of a long list of maps how many there are. */
export function wordValue(value: Json, limit = valueWidth): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (Array.isArray(value) && text.length > limit && value.every(isJsonObject))
    return `a list of ${grouped(value.length)}`;
  if (/^[0-9a-f]{64}$/.test(text)) return text.slice(0, 8);
  const short = text.replace(/\b([0-9a-f]{8})[0-9a-f]{56}\b/g, '$1');
  return short.length > limit ? `${short.slice(0, limit - 1)}…` : short;
}
