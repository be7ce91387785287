/**
 * What went wrong, in words a program can act on.
 *
 * - `invalid`: refused here, before anything was sent; `field` names the value.
 * - `network`, `timeout`, `aborted`: no whole answer came.
 * - `busy`: the server is there and wants to be asked later (429, 503, a locked database, a full pool).
 * - `unauthorised`, `denied`: credentials are missing or wrong; the account may not do this.
 * - `host`: the server's list of allowed hosts does not hold the name it was called by.
 * - `not-found`, `exists`: the thing asked for is not there; the thing to make is there already.
 * - `conflict`: a param was logged before with another value.
 * - `refused`: any other answer that says the request itself is wrong.
 * - `server`: the server failed (5xx); whether it would again cannot be told from the answer.
 * - `answer`: an answer that is no answer: a web page, half a body, something stored other than sent.
 * - `unsupported`: this server or its artifact store cannot do it.
 */
export type ErrorKind =
  | 'invalid'
  | 'network'
  | 'timeout'
  | 'aborted'
  | 'busy'
  | 'unauthorised'
  | 'denied'
  | 'host'
  | 'not-found'
  | 'exists'
  | 'conflict'
  | 'refused'
  | 'server'
  | 'answer'
  | 'unsupported';

/**
 * Whether the very same request can work another time.
 *
 * - `later`: yes; nothing is wrong with it.
 * - `limited`: perhaps; after a few tries treat it as `never`.
 * - `setup`: not before somebody changes address, credentials or server; every other request fails alike.
 * - `never`: this request is wrong; others may well work.
 */
export type Retry = 'later' | 'limited' | 'setup' | 'never';

export interface MlflowError {
  readonly kind: ErrorKind;
  readonly retry: Retry;
  /** One line, without secrets. */
  readonly message: string;
  /** What the user can do. */
  readonly hint?: string;
  /** HTTP status, where an answer came. */
  readonly status?: number;
  /** MLflow's own code: `RESOURCE_DOES_NOT_EXIST`. */
  readonly code?: string;
  /** The server asked to wait so many milliseconds. */
  readonly after?: number;
  /** The value that was refused before sending: `metrics[3].step`. */
  readonly field?: string;
  /** The request may have been carried out although no proper answer came. */
  readonly ambiguous?: boolean;
}

export function invalid(field: string, problem: string): MlflowError {
  return { kind: 'invalid', retry: 'never', field, message: `${field}: ${problem}` };
}
