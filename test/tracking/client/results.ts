import type { MlflowError, Result } from '../../../src/tracking/client/index.ts';

/** The value, or the test fails with the error's words. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(JSON.stringify(result.error));
}

/** The error, or the test fails. */
export function errorOf(result: Result<unknown>): MlflowError {
  if (!result.ok) return result.error;
  throw new Error(`no error, but ${JSON.stringify(result.value)}`);
}
