import type { Json } from '../../util/json.ts';

/**
 * The canonical text of a JSON value: every value carries its type, every string, list and map its
 * length, and maps are sorted by key (UTF-16 order), so two different values never share a text.
 * `1`, `1.0` and `1e0` are one number; `-0` is `0`; `"1"` is a string.
 *
 *     null → n   true → t   false → f   1.5 → d3:1.5   "é" → s2:é (bytes of UTF-8)
 *     [a, b] → l2:…   { k: v } → m1:… (key, value alternating)
 *
 * @throws RangeError for a number that JSON cannot hold (NaN, infinities).
 */
export function encode(value: Json): string {
  if (value === null) return 'n';
  switch (typeof value) {
    case 'boolean':
      return value ? 't' : 'f';
    case 'number': {
      if (!Number.isFinite(value)) throw new RangeError(`cannot hash ${value}`);
      const text = String(value === 0 ? 0 : value);
      return `d${text.length}:${text}`;
    }
    case 'string': {
      if (value.isWellFormed()) return `s${Buffer.byteLength(value)}:${value}`;
      // Half a surrogate pair has no UTF-8 form: all of them would become one replacement character.
      const escaped = JSON.stringify(value);
      return `u${Buffer.byteLength(escaped)}:${escaped}`;
    }
    default:
  }
  if (Array.isArray(value)) return encodeList(value as readonly Json[]);
  const map = value as { readonly [key: string]: Json | undefined };
  const keys = Object.keys(map).filter((key) => map[key] !== undefined);
  keys.sort();
  let text = `m${keys.length}:`;
  for (const key of keys) text += encode(key) + encode(map[key] as Json);
  return text;
}

/** Texts of long lists: the clips of a fold stand in the keys of several tasks. */
const texts = new WeakMap<readonly Json[], string>();

const long = 64;

function encodeList(list: readonly Json[]): string {
  const known = texts.get(list);
  if (known !== undefined) return known;
  const text = `l${list.length}:${isPlain(list) ? list.map(plain).join('') : list.map(encode).join('')}`;
  if (list.length >= long) texts.set(list, text);
  return text;
}

/** Whether all are strings of ASCII, whose bytes are their characters. */
function isPlain(list: readonly Json[]): list is readonly string[] {
  return list.every((item) => typeof item === 'string') && isAscii(list.join(''));
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

const plain = (text: string): string => `s${text.length}:${text}`;
