/** Why something could not be downloaded, worded for the screen. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
  readonly hint: string | undefined;
  /** Asking again may help. */
  readonly again: boolean;
  /** Milliseconds that the server wants to be left alone for. */
  readonly after: number | undefined;
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  constructor(
    message: string,
    options: { hint?: string; again?: boolean; after?: number; status?: number } = {},
  ) {
    super(message);
    this.hint = options.hint;
    this.again = options.again ?? false;
    this.after = options.after;
    this.status = options.status;
  }
}
