import { evicted, isEvicted } from '../../engine/cache/evicted.ts';

/** What could not be read, while everything else goes on: a page shows what there is. */
export class Notices {
  readonly #lines: string[] = [];
  #isLess = false;

  /** One sentence each. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Something is missing that was there when the run ended. */
  get isLess(): boolean {
    return this.#isLess;
  }

  add(line: string): void {
    this.#lines.push(line);
  }

  addEvicted(what: string): void {
    this.addLost(`${what} was ${evicted}`);
  }

  /** Of something that was there when the run ended. */
  addLost(line: string): void {
    this.#isLess = true;
    this.add(line);
  }

  /** Why `what` could not be read, without paths of the cache: readers know it by its artifacts. */
  addFailed(what: string, error: unknown): void {
    if (isEvicted(error)) this.addEvicted(`${what}: a file of it`);
    else this.add(`${what}: ${reasonOf(error)}`);
  }

  /** What `read` gives; undefined, with a notice that begins with `what`, where it throws. */
  attempt<T>(what: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.addFailed(what, error);
      return undefined;
    }
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'it is gone';
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read it';
  return code === undefined ? message : `it cannot be read (${code})`;
}
