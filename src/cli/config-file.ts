import { readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { Pair } from 'yaml';
import type { Diagnostic, Location } from '../engine/diagnostic.ts';
import { wordCode } from '../report/failure-words.ts';
import { nearest } from '../util/suggest.ts';
import { readers, reserved, type SettingName, type Settings } from './config-layout.ts';

/** One setting of a file and where it was written. */
export interface Written {
  readonly value: Settings[SettingName];
  readonly at: Location;
}

export type WrittenSettings = ReadonlyMap<SettingName, Written>;

export interface ConfigFile {
  readonly path: string;
  readonly settings: WrittenSettings;
  readonly profiles: ReadonlyMap<string, WrittenSettings>;
  readonly diagnostics: readonly Diagnostic[];
}

const names: readonly string[] = [...Object.keys(readers), ...reserved];

/** Reads and checks a configuration file; every problem is located. */
export async function readConfigFile(path: string, cwd: string): Promise<ConfigFile> {
  const diagnostics: Diagnostic[] = [];
  const settings = new Map<SettingName, Written>();
  const profiles = new Map<string, WrittenSettings>();
  const nothing = { path, settings, profiles, diagnostics };

  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const why = wordCode((error as NodeJS.ErrnoException).code ?? '');
    const message = `cannot read ${path}: ${why}`;
    return { ...nothing, diagnostics: [{ severity: 'error', message }] };
  }
  // The file of a new project is all comments: then the parser is not even loaded.
  if (!/^\s*[^\s#]/m.test(text)) return nothing;
  const { isMap, isScalar, LineCounter, parseDocument } = await import('../util/yaml.ts');
  const { yamlWords } = await import('../engine/spec/yaml-words.ts');
  const lines = text.split(/\r?\n/);
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const near = relative(cwd, path);
  const file = near.startsWith('..') ? path : near;
  const locate = (start: number, end: number): Location => {
    const { line, col } = counter.linePos(start);
    const source = lines[line - 1] ?? '';
    const length = Math.max(1, Math.min(end - start, source.length - col + 1));
    return { file, line, column: col, length, text: source };
  };
  const report = (
    node: unknown,
    problem: Omit<Diagnostic, 'severity' | 'location'>,
    warn = false,
  ) => {
    const [start = 0, end = start + 1] = rangeOf(node) ?? [];
    diagnostics.push({
      severity: warn ? 'warning' : 'error',
      location: locate(start, end),
      ...problem,
    });
  };

  for (const { code, message, pos } of document.errors) {
    const words =
      code === 'DUPLICATE_KEY' ? { message: 'this key is given twice' } : yamlWords(code, message);
    diagnostics.push({ severity: 'error', ...words, location: locate(pos[0], pos[1]) });
  }
  if (document.errors.length > 0 || document.contents === null) return nothing;

  const readMap = (node: unknown, prefix: string, into: Map<SettingName, Written>): void => {
    if (!isMap(node)) {
      report(node, {
        message: `${prefix === '' ? 'the file' : prefix.slice(0, -1)} must be a map`,
      });
      return;
    }
    for (const pair of node.items) readPair(pair, prefix, into);
  };

  const readPair = (pair: Pair, prefix: string, into: Map<SettingName, Written>): void => {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    const name = `${prefix}${key}`;
    if (name === 'profiles' && into === settings) {
      readProfiles(pair.value);
    } else if (reserved.includes(name)) {
      report(pair.key, { message: `${name} has no effect in this version of affekt` }, true);
    } else if (names.some((known) => known.startsWith(`${name}.`))) {
      readMap(pair.value, `${name}.`, into);
    } else if (name in readers) {
      const setting = name as SettingName;
      const node = pair.value;
      const raw = isScalar(node) ? node.value : isMap(node) ? {} : node;
      const reading = readers[setting](raw, dirname(path));
      if ('value' in reading) {
        const [start = 0, end = start + 1] = rangeOf(node) ?? rangeOf(pair.key) ?? [];
        into.set(setting, { value: reading.value, at: locate(start, end) });
      } else {
        const closest = nearest(String(raw), reading.choices ?? []);
        report(node ?? pair.key, {
          message: `${name} ${reading.problem}`,
          ...(closest === undefined ? {} : { nearest: closest }),
        });
      }
    } else {
      const siblings = Object.keys(readers)
        .filter((known) => known.startsWith(prefix))
        .map((known) => known.slice(prefix.length).split('.')[0] ?? '');
      const choices = [...new Set([...siblings, ...(prefix === '' ? ['profiles'] : [])])];
      const closest = nearest(key, choices);
      report(pair.key, {
        message: `unknown setting "${name}"`,
        ...(closest === undefined ? {} : { nearest: closest }),
        hint: `Settings here: ${choices.join(', ')}.`,
      });
    }
  };

  const readProfiles = (node: unknown): void => {
    if (!isMap(node)) {
      report(node, { message: 'profiles must be a map from names to settings' });
      return;
    }
    for (const pair of node.items) {
      const into = new Map<SettingName, Written>();
      readMap(pair.value, '', into);
      profiles.set(isScalar(pair.key) ? String(pair.key.value) : '', into);
    }
  };

  readMap(document.contents, '', settings);
  return nothing;
}

function rangeOf(node: unknown): readonly [number, number] | undefined {
  const range = (node as { range?: readonly number[] | null } | null | undefined)?.range;
  return range?.[0] === undefined || range[1] === undefined ? undefined : [range[0], range[1]];
}
