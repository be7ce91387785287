/**
 * A client for MLflow tracking servers (2.x and 3.x), on Node alone.
 *
 *     const settings = readSettings(process.env, openConfigFiles(process.env));
 *     if (settings.ok && settings.value !== undefined) {
 *       const client = createClient(settings.value);
 *       const experiment = await client.experiments.ensure({ name: 'emodb' });
 *     }
 *
 * - Everything that a server, a network or a user can do wrong is a `Result` with an `MlflowError`:
 *   `kind` says what, `retry` whether the same request can work later.
 * - Values are checked before they are sent, because servers answer 200 to a field of the wrong type
 *   and drop what follows it. What a run is made of is compared with the answer.
 * - Each call tries again by itself (5 times by default) where that is safe. `runs.ensure` finds a run
 *   by its tag, so that a lost answer does not make a second one.
 * - At most two requests are in flight.
 * - Secrets are in `ServerSettings` and in no message.
 */
export { type Address, parseAddress, withoutSecrets } from './address.ts';
export type { ArtifactPlace, ArtifactSource, Artifacts } from './artifacts.ts';
export { type Batch, planBatches } from './batches.ts';
export type { CallOptions } from './caller.ts';
export { checkKey, toKey } from './check.ts';
export { type ClientOptions, createClient, type MlflowClient } from './client.ts';
export { type ConfigFiles, openConfigFiles } from './config-files.ts';
export type { RunToEnsure } from './ensure-run.ts';
export type { ErrorKind, MlflowError, Retry } from './error.ts';
export type { ExperimentQuery, Experiments } from './experiments.ts';
export { cutText, limits } from './limits.ts';
export { mediaType } from './media-type.ts';
export { asStored } from './missing.ts';
export type { LoggedModel, ModelQuery, ModelStatus, Models, NewModel } from './models.ts';
export type { Result } from './result.ts';
export type { RetryPolicy } from './retry.ts';
export type { ModelOutput, NewRun, RunChange, RunQuery, Runs } from './runs.ts';
export type { ServerFacts } from './server.ts';
export {
  type Credentials,
  type Environment,
  readSettings,
  type ServerSettings,
} from './settings.ts';
export { realTiming, type Timing } from './timing.ts';
export type * from './types.ts';
