import { existsSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Diagnostic } from '../engine/diagnostic.ts';
import { err, ok, type Result } from '../engine/result.ts';
import { nearest } from '../util/suggest.ts';
import { type ConfigFile, readConfigFile, type WrittenSettings } from './config-file.ts';
import { readers, type SettingName, type Settings } from './config-layout.ts';
import type { Io } from './io.ts';

const fileName = 'affekt.config.yaml';

/** What the command line says about the machine. */
export interface ConfigFlags {
  readonly jobs?: number | undefined;
}

export interface Config {
  readonly settings: Settings;
  /** Where each setting came from: `flag`, `AFFEKT_JOBS`, `affekt.config.yaml:3`, `default`. */
  readonly origins: Readonly<Record<SettingName, string>>;
  /** Where affekt.config.yaml lies, or the working directory. */
  readonly project: string;
  readonly files: readonly string[];
  readonly profile: string | undefined;
  readonly warnings: readonly Diagnostic[];
}

interface Layer {
  readonly name: (setting: SettingName) => string;
  readonly values: Partial<Record<SettingName, Settings[SettingName]>>;
}

/**
 * Flags, then environment, profile, affekt.config.yaml, the user's file, defaults. The project's
 * file is the nearest one above the spec, else above the working directory.
 */
export async function resolveConfig(
  io: Pick<Io, 'cwd' | 'env'>,
  flags: ConfigFlags = {},
  spec?: string,
): Promise<Result<Config, readonly Diagnostic[]>> {
  const { cwd, env } = io;
  const errors: Diagnostic[] = [];
  const projectFile = findProjectFile(cwd, env, spec);
  const project = projectFile === undefined ? cwd : dirname(projectFile);
  const userFile = join(folderOf(env, 'XDG_CONFIG_HOME', '.config'), 'affekt', 'config.yaml');

  if (projectFile !== undefined && !existsSync(projectFile)) {
    const hint = 'AFFEKT_CONFIG names it: correct or unset that variable.';
    return err([{ severity: 'error', message: `there is no file ${projectFile}`, hint }]);
  }

  const files: ConfigFile[] = [];
  if (projectFile !== undefined) files.push(await readConfigFile(projectFile, cwd));
  if (userFile !== projectFile && existsSync(userFile))
    files.push(await readConfigFile(userFile, cwd));

  const layers: Layer[] = [{ name: () => 'flag', values: definedOnly({ jobs: flags.jobs }) }];
  layers.push(environmentLayer(env, cwd, errors));
  const profile = emptyToUndefined(env['AFFEKT_PROFILE']);
  if (profile !== undefined) layers.push(...profileLayers(profile, files, errors));
  layers.push(...files.map((file) => fileLayer(file.settings)));
  layers.push({ name: () => 'default', values: defaults(project, env) });

  const found = files.flatMap(({ diagnostics }) => diagnostics);
  errors.push(...found.filter(({ severity }) => severity === 'error'));
  if (errors.length > 0) return err(errors);

  const settings: Partial<Record<SettingName, Settings[SettingName]>> = {};
  const origins: Partial<Record<SettingName, string>> = {};
  for (const name of Object.keys(readers) as SettingName[]) {
    const layer = layers.find(({ values }) => values[name] !== undefined);
    settings[name] = layer?.values[name] as Settings[SettingName];
    origins[name] = layer?.name(name) ?? '';
  }
  return ok({
    settings: settings as Settings,
    origins: origins as Record<SettingName, string>,
    project,
    files: files.map(({ path }) => path),
    profile,
    warnings: found.filter(({ severity }) => severity === 'warning'),
  });
}

function findProjectFile(cwd: string, env: Io['env'], spec?: string): string | undefined {
  const named = emptyToUndefined(env['AFFEKT_CONFIG']);
  if (named !== undefined) return resolve(cwd, named);
  const starts = spec === undefined ? [cwd] : [dirname(resolve(cwd, spec)), cwd];
  for (const start of starts) {
    for (let folder = start; ; folder = dirname(folder)) {
      const path = join(folder, fileName);
      if (existsSync(path)) return path;
      if (dirname(folder) === folder) break;
    }
  }
  return undefined;
}

const variables: readonly (readonly [SettingName, string])[] = [
  ['jobs', 'AFFEKT_JOBS'],
  ['cache.path', 'AFFEKT_CACHE'],
  ['runs.path', 'AFFEKT_RUNS'],
  ['data.path', 'AFFEKT_DATA'],
  ['tracking.uri', 'MLFLOW_TRACKING_URI'],
  ['tracking.experiment', 'MLFLOW_EXPERIMENT_NAME'],
];

function environmentLayer(env: Io['env'], cwd: string, errors: Diagnostic[]): Layer {
  const values: Layer['values'] = {};
  for (const [setting, variable] of variables) {
    const raw = emptyToUndefined(env[variable]);
    if (raw === undefined) continue;
    const reading = readers[setting](raw, cwd);
    if ('value' in reading) values[setting] = reading.value;
    else
      errors.push({ severity: 'error', message: `${variable} ${reading.problem}, got "${raw}"` });
  }
  const variable = new Map(variables);
  return { name: (setting) => variable.get(setting) ?? 'environment', values };
}

function profileLayers(name: string, files: readonly ConfigFile[], errors: Diagnostic[]): Layer[] {
  const found = files.map(({ profiles }) => profiles.get(name)).filter((p) => p !== undefined);
  if (found.length === 0 && files.every(({ diagnostics }) => diagnostics.length === 0)) {
    const known = files.flatMap(({ profiles }) => [...profiles.keys()]);
    const closest = nearest(name, known);
    errors.push({
      severity: 'error',
      message: `unknown profile "${name}"`,
      ...(closest === undefined ? {} : { nearest: closest }),
      hint:
        known.length > 0
          ? `Profiles: ${known.join(', ')}.`
          : `No profile is defined: write one under "profiles:" in ${fileName}.`,
    });
  }
  return found.map((settings) => fileLayer(settings));
}

function fileLayer(written: WrittenSettings): Layer {
  const values: Layer['values'] = {};
  for (const [name, { value }] of written) values[name] = value;
  return {
    name: (setting) => {
      const at = written.get(setting)?.at;
      return at === undefined ? '' : `${at.file}:${at.line}`;
    },
    values,
  };
}

function defaults(project: string, env: Io['env']): Settings {
  return {
    jobs: availableParallelism(),
    'cache.path': join(project, 'cache'),
    'cache.max_size': 20e9,
    'cache.max_age': null,
    'runs.path': join(project, 'runs'),
    'data.path': join(folderOf(env, 'XDG_DATA_HOME', '.local/share'), 'affekt', 'data'),
    'executor.kind': 'local',
    'tracking.uri': null,
    'tracking.experiment': null,
    'tracking.enabled': true,
    'tracking.audio': 'embed',
    'tune.confirm_above_hours': null,
  };
}

function folderOf(env: Io['env'], variable: string, fallback: string): string {
  return emptyToUndefined(env[variable]) ?? join(env['HOME'] ?? homedir(), fallback);
}

function emptyToUndefined(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function definedOnly(values: { jobs: number | undefined }): Layer['values'] {
  return values.jobs === undefined ? {} : { jobs: values.jobs };
}
