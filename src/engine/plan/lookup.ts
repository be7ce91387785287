import type { Artifact } from '../artifact.ts';
import type { Cache } from '../cache/cache.ts';
import type { RunReason } from '../event.ts';
import type { History } from '../record/history.ts';
import type { RecordedOutput } from '../record/types.ts';
import { diffKeys, recordedKeyData } from './key-diff.ts';
import type { Outputs, TaskRequest } from './request.ts';

export function artifactsOf(outputs: Readonly<Record<string, RecordedOutput>>): Outputs {
  return outputs as Readonly<Record<string, Artifact>>;
}

/** The outputs of a request that is cached, else why it has to run. */
export type Found =
  | { readonly cached: true; readonly outputs: Outputs }
  | { readonly cached: false; readonly reason: RunReason };

/** Answers from the cache; a request of the same key is looked up once. */
export class Lookup {
  readonly #cache: Cache;
  readonly #history: History;
  readonly #found = new Map<string, Found>();

  constructor(cache: Cache, history: History) {
    this.#cache = cache;
    this.#history = history;
  }

  find(request: TaskRequest): Found {
    const known = this.#found.get(request.key);
    if (known !== undefined) return known;
    const hit = this.#cache.find(request.key);
    const found: Found =
      hit === undefined
        ? { cached: false, reason: this.#reason(request) }
        : hit.whole
          ? { cached: true, outputs: artifactsOf(hit.record.outputs) }
          : { cached: false, reason: { why: 'evicted' } };
    this.#found.set(request.key, found);
    return found;
  }

  /** A task has been made, here or by another run: look again. */
  forget(request: TaskRequest): void {
    this.#found.delete(request.key);
  }

  #reason(request: TaskRequest): RunReason {
    const last = this.#history.last(request.address);
    if (last === undefined) return { why: 'new' };
    const fields = diffKeys(recordedKeyData(last.record), { ...request.data, part: null });
    return fields.length === 0 ? { why: 'new' } : { why: 'changed', fields };
  }
}
