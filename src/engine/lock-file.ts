import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { type Digest, parseDigest } from './digest.ts';
import { SourceError } from './stage.ts';

const head = `# What unpinned corpora held when this experiment first ran. Commit it; delete a line to take what is
# there now.
format: affekt.lock/1
corpora:
`;

/**
 * The lock file of an experiment, `<name of the spec>.lock.yaml` beside it: which bytes corpora had
 * that nothing else pins. A plan holds them to it; a run writes down those that are new.
 */
export class LockFile {
  readonly #path: string;
  readonly #held: Map<string, Digest>;
  #changed = false;

  private constructor(path: string, held: Map<string, Digest>) {
    this.#path = path;
    this.#held = held;
  }

  /** Reads no YAML beyond what it writes: a spec that is run again must not wait for a parser. */
  static open(spec: string): LockFile {
    const path = `${spec.slice(0, spec.length - extname(spec).length)}.lock.yaml`;
    const held = new Map<string, Digest>();
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    for (const [, name = '', digest = ''] of text.matchAll(/^ {2}([a-z0-9_-]+): (\S+)\r?$/gm)) {
      const parsed = parseDigest(digest);
      if (parsed !== undefined) held.set(name, parsed);
    }
    return new LockFile(path, held);
  }

  /** Throws `SourceError` when a corpus is not what it was; takes note of one that is new. */
  hold(name: string, digest: Digest): void {
    const locked = this.#held.get(name);
    if (locked === undefined) {
      this.#held.set(name, digest);
      this.#changed = true;
    } else if (locked !== digest) {
      throw new SourceError(
        `${name} holds other recordings than ${basename(this.#path)} says (${digest.slice(0, 8)}, not ${locked.slice(0, 8)})`,
        {
          param: 'dataset',
          hint: `Bring the old ones back (affekt data verify ${name}), or delete its line there to take these.`,
        },
      );
    }
  }

  /** Writes down what is new. */
  save(): void {
    if (!this.#changed) return;
    const lines = [...this.#held].sort(([a], [b]) => (a < b ? -1 : 1));
    const temporary = `${this.#path}.${process.pid}.tmp`;
    writeFileSync(
      temporary,
      head + lines.map(([name, digest]) => `  ${name}: ${digest}\n`).join(''),
    );
    renameSync(temporary, this.#path);
    this.#changed = false;
  }
}
