import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Diagnostic } from '../engine/diagnostic.ts';
import { type Experiment, loadExperiment } from '../engine/engine.ts';
import type { Host } from '../engine/host.ts';
import { ok, type Result } from '../engine/result.ts';
import { nearest } from '../util/suggest.ts';
import { UsageError } from './command.ts';
import { type Config, type ConfigFlags, resolveConfig } from './config.ts';
import { createHost } from './host.ts';
import type { Io } from './io.ts';
import { isOverride } from './selection.ts';

export interface Opened {
  readonly host: Host;
  readonly config: Config;
  readonly experiment: Experiment;
  readonly warnings: readonly Diagnostic[];
}

/** Reads the configuration and the spec: what run, plan and why begin with. */
export async function openExperiment(
  io: Io,
  arguments_: readonly string[],
  flags: ConfigFlags = {},
): Promise<Result<Opened, readonly Diagnostic[]>> {
  const [spec = '', ...overrides] = arguments_;
  const path = resolve(io.cwd, spec);
  if (!existsSync(path)) throw new UsageError(`no such file: ${spec}`, missingHint(spec, io.cwd));
  if (statSync(path).isDirectory()) {
    throw new UsageError(`${spec} is a folder`, 'Name a spec file (YAML) in it.');
  }
  const odd = overrides.find((override) => !isOverride(override));
  if (odd !== undefined) {
    throw new UsageError(
      `unexpected argument "${odd}"`,
      'After the spec come overrides: STAGE.PARAM=VALUE, such as mel.n_mels=80.',
    );
  }
  const config = await resolveConfig(io, flags, spec);
  if (!config.ok) return config;
  const host = createHost(config.value, io.env);
  const experiment = await loadExperiment(host, path, overrides);
  if (!experiment.ok) return experiment;
  const warnings = [...config.value.warnings, ...experiment.value.warnings];
  return ok({ host, config: config.value, experiment: experiment.value, warnings });
}

function missingHint(spec: string, cwd: string): string {
  if (isOverride(spec)) return 'The spec file comes first, then overrides.';
  const folder = dirname(resolve(cwd, spec));
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => /\.ya?ml$/.test(name))
    : [];
  const near = nearest(basename(spec), names);
  if (near !== undefined) return `Did you mean ${join(dirname(spec), near)}?`;
  return 'Give the path of a spec file, such as experiments/demo.yaml; affekt new experiment NAME writes one.';
}
