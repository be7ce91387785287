import type { Result as Outcome } from '../../engine/result.ts';
import type { MlflowError } from './error.ts';

/** What a call to the server gives; its expected failures are data. */
export type Result<T, E = MlflowError> = Outcome<T, E>;
