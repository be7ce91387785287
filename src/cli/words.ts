import type { FieldChange, RunReason } from '../engine/event.ts';
import type { Json } from '../util/json.ts';
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
      return `${wordChange(first)}${rest.length === 0 ? '' : ` (+${rest.length} more)`}`;
    }
    default:
      return unreachable(reason);
  }
}

/** `param n_mels 64 → 40`; a param that is not in a key has its default. Digests are cut. */
export function wordChange({ field, before, after }: FieldChange): string {
  if (before === undefined && after === undefined) return `${field} changed`;
  const absent = field.startsWith('param ') ? 'default' : 'none';
  const word = (value: Json | undefined): string =>
    value === undefined ? absent : wordValue(value);
  return `${field} ${word(before)} → ${word(after)}`;
}

/** A value of a key in a few characters. */
export function wordValue(value: Json, limit = 40): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (/^[0-9a-f]{64}$/.test(text)) return text.slice(0, 8);
  const short = text.replace(/\b([0-9a-f]{8})[0-9a-f]{56}\b/g, '$1');
  return short.length > limit ? `${short.slice(0, limit - 1)}…` : short;
}
