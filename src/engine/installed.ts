import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isJsonObject } from '../util/json.ts';

/** A program that `affekt engine install` put on this machine. */
export interface Installed {
  readonly name: string;
  /** All that its numbers depend on, in words: `tfjs-node 4.22.0, TensorFlow 2.21.0`. */
  readonly version: string;
  readonly folder: string;
}

export const installedFormat = 'affekt.installed/1';

/** The file that completes an installation: `<data.path>/engines/<name>/installed.json`. */
export const installedFile = 'installed.json';

export function installedFolder(data: string, name: string): string {
  return resolve(data, 'engines', name);
}

/** What lies in an installation's folder; undefined where there is none, or only a part of one. */
export function readInstalled(folder: string, name: string): Installed | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, installedFile), 'utf8');
  } catch {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value) || value['format'] !== installedFormat || value['name'] !== name)
      return undefined;
    const { version } = value;
    return typeof version === 'string' ? { name, version, folder } : undefined;
  } catch {
    return undefined;
  }
}
