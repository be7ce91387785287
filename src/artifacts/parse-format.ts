import { isJsonObject, type JsonObject } from '../util/json.ts';

/** The object that a JSON file of an artifact holds, if its `format` is this one; a text says what is wrong. */
export function parseFormat(text: string, format: string): JsonObject | string {
  try {
    return checkFormat(JSON.parse(text), format);
  } catch {
    return 'not JSON';
  }
}

/** The same of what was parsed. */
export function checkFormat(value: unknown, format: string): JsonObject | string {
  if (!isJsonObject(value)) return 'not an object';
  return value['format'] === format ? value : `format must be "${format}"`;
}
