import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from './settings.ts';

/** Files that hold addresses and credentials; each is read when it is needed. */
export interface ConfigFiles {
  /** `~/.mlflow/credentials`. */
  mlflow(): string | undefined;
  /** `~/.databrickscfg`, or what DATABRICKS_CONFIG_FILE names. */
  databricks(): string | undefined;
  /** Any other, `undefined` where it cannot be read. */
  read(path: string): string | undefined;
}

export function openConfigFiles(env: Environment): ConfigFiles {
  const home = env['HOME'] || homedir();
  return {
    mlflow: () => readText(join(home, '.mlflow', 'credentials')),
    databricks: () => readText(env['DATABRICKS_CONFIG_FILE'] || join(home, '.databrickscfg')),
    read: readText,
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Sections of an ini file, with their keys in lower case. */
export function readIni(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const head = /^\s*\[([^\]]+)\]\s*$/.exec(line)?.[1];
    if (head !== undefined) {
      section = new Map();
      sections.set(head.trim(), section);
      continue;
    }
    const [, key, value] = /^\s*([^#;=:\s]+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) section?.set(key.toLowerCase(), value);
  }
  return sections;
}
