import type { Json } from '../../util/json.ts';
import type { FieldChange } from '../event.ts';
import type { TaskRecord } from '../record/types.ts';
import type { KeyData } from './key.ts';

/** A key's data as flat fields with names a user knows, in the order in which they tell most. */
export function keyFields(data: KeyData): ReadonlyMap<string, Json> {
  const fields = new Map<string, Json>();
  for (const [name, value] of Object.entries(data.params)) fields.set(`param ${name}`, value);
  for (const [port, digest] of Object.entries(data.inputs)) fields.set(`input ${port}`, digest);
  for (const [port, names] of Object.entries(data.names ?? {}))
    fields.set(`names of ${port}`, names);
  if (data.items !== null) fields.set('items', data.items);
  for (const [name, digest] of Object.entries(data.sources)) fields.set(`source ${name}`, digest);
  if (data.seed !== null) fields.set('seed', data.seed);
  fields.set('kind', data.kind);
  fields.set('version', data.version);
  for (const dependency of data.dependencies) {
    const at = dependency.lastIndexOf('@');
    fields.set(`dependency ${dependency.slice(0, at)}`, dependency.slice(at + 1));
  }
  if (data.salt !== null) fields.set('code', data.salt);
  return fields;
}

/** The key data that a record was made under. */
export function recordedKeyData(record: TaskRecord): KeyData {
  return {
    kind: record.kind,
    version: record.version,
    part: null,
    params: record.params,
    seed: record.seed,
    inputs: record.inputs,
    ...(record.names === undefined ? {} : { names: record.names }),
    items: record.items ?? null,
    sources: record.sources,
    dependencies: record.dependencies,
    salt: record.salt ?? null,
  };
}

/** Fields that differ, those of `after` first. */
export function diffKeys(before: KeyData, after: KeyData): readonly FieldChange[] {
  const old = keyFields(before);
  const now = keyFields(after);
  const changes: FieldChange[] = [];
  for (const [field, value] of now) {
    const was = old.get(field);
    if (was === undefined) changes.push({ field, after: value });
    else if (JSON.stringify(was) !== JSON.stringify(value))
      changes.push({ field, before: was, after: value });
  }
  for (const [field, was] of old) if (!now.has(field)) changes.push({ field, before: was });
  return changes;
}
