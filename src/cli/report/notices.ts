/** What could not be read, while everything else goes on: a page shows what there is. */
export class Notices {
  readonly #lines: string[] = [];

  /** One sentence each. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  add(line: string): void {
    this.#lines.push(line);
  }

  /** What `read` gives; undefined, with a notice that begins with `what`, where it throws. */
  attempt<T>(what: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.add(`${what}: ${reasonOf(error)}`);
      return undefined;
    }
  }
}

/** In words, without paths of the cache: readers know it by its artifacts. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'a file of it is not in the cache any more';
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read it';
  return code === undefined ? message : `it cannot be read (${code})`;
}
