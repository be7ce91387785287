import type { ServerSettings } from '../../tracking/client/index.ts';
import { UsageError } from '../command.ts';
import type { Config } from '../config.ts';
import type { Io } from '../io.ts';

/** Where runs go, and as what. */
export interface Tracking {
  readonly server: ServerSettings;
  /** Name of the experiment; undefined: that of the spec. */
  readonly experiment: string | undefined;
  readonly audio: 'embed' | 'none';
}

/**
 * The tracking server of the configuration; `undefined` where there is none. Nothing of the client is loaded
 * then.
 *
 * @throws UsageError when its address or a file that it needs is wrong
 */
export async function openTracking(
  { settings, origins }: Config,
  { env }: Pick<Io, 'env'>,
): Promise<Tracking | undefined> {
  const { 'tracking.uri': uri, 'tracking.enabled': enabled } = settings;
  if (uri === null || !enabled) return undefined;
  const { openConfigFiles, readSettings } = await import('../../tracking/client/index.ts');
  const read = readSettings(env, openConfigFiles(env), uri);
  if (!read.ok) {
    const { message, hint } = read.error;
    throw new UsageError(message, hint ?? `It comes from: ${origins['tracking.uri']}.`);
  }
  if (read.value === undefined) return undefined;
  return {
    server: read.value,
    experiment: settings['tracking.experiment'] ?? undefined,
    audio: settings['tracking.audio'],
  };
}
