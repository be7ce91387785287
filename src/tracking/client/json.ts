/** Reads fields of parsed JSON of which nothing is promised: a missing or odd field is `undefined`. */

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}

/** Ids are text even where they look like numbers: those of file stores are beyond 2^53. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Numbers as such, as text (`"NaN"`, `"Infinity"`, int64 of proto's JSON). */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isNaN(number) && value !== 'NaN' ? undefined : number;
}

/** Empty lists are left out by the server. */
export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

/** `[{key, value}]` as an object. */
export function recordOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    listOf(value).map((item) => [textOf(item['key']) ?? '', textOf(item['value']) ?? '']),
  );
}
