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
  /** A line that says nothing we know: bytes must not be taken for new because of it. */
  readonly #odd: number | undefined;
  readonly #fresh = new Map<string, Digest>();

  private constructor(path: string, { held, odd }: Read) {
    this.#path = path;
    this.#held = held;
    this.#odd = odd;
  }

  /** Reads no YAML beyond what it writes: a spec that is run again must not wait for a parser. */
  static open(spec: string): LockFile {
    const path = lockPath(spec);
    return new LockFile(path, read(path));
  }

  /** Throws `SourceError` when a corpus is not what it was; takes note of one that is new. */
  hold(name: string, digest: Digest): void {
    if (this.#odd !== undefined) {
      throw new SourceError(`${basename(this.#path)}, line ${this.#odd} is not understood`, {
        param: 'dataset',
        hint: 'A line is NAME: SHA-256. Correct it, or delete it to take what is there now.',
      });
    }
    const locked = this.#held.get(name);
    if (locked === undefined) {
      this.#held.set(name, digest);
      this.#fresh.set(name, digest);
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

  /** Writes down what is new; what another run wrote meanwhile stays. */
  save(): void {
    if (this.#fresh.size === 0) return;
    const temporary = `${this.#path}.${process.pid}.tmp`;
    writeFileSync(temporary, lockText(new Map([...this.#fresh, ...read(this.#path).held])));
    renameSync(temporary, this.#path);
    this.#fresh.clear();
  }
}

/** The text of a lock file that holds these corpora to these manifests. */
export function lockText(held: ReadonlyMap<string, Digest>): string {
  const lines = [...held].sort(([a], [b]) => (a < b ? -1 : 1));
  return head + lines.map(([name, digest]) => `  ${name}: ${digest}\n`).join('');
}

/** Path of the lock file of a spec. */
export function lockPath(spec: string): string {
  return `${spec.slice(0, spec.length - extname(spec).length)}.lock.yaml`;
}

interface Read {
  readonly held: Map<string, Digest>;
  readonly odd: number | undefined;
}

function read(path: string): Read {
  const held = new Map<string, Digest>();
  let odd: number | undefined;
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#.*)?$/.test(line) || /^(format|corpora):/.test(line)) continue;
    const [, name = '', digest = ''] =
      /^ +([a-z0-9_-]+): *["']?(\w+)["']?\s*(?:#.*)?$/.exec(line) ?? [];
    const parsed = parseDigest(digest);
    if (parsed === undefined) odd ??= index + 1;
    else held.set(name, parsed);
  }
  return { held, odd };
}
