import type { Artifact } from '../artifact.ts';
import type { Cache } from '../cache/cache.ts';
import type { RunReason } from '../event.ts';
import type { History } from '../record/history.ts';
import type { RecordedOutput } from '../record/types.ts';
import { diffKeys, recordedKeyData } from './key-diff.ts';
import type { Outcome, Outputs, TaskRequest } from './request.ts';

export function artifactsOf(outputs: Readonly<Record<string, RecordedOutput>>): Outputs {
  return outputs as Readonly<Record<string, Artifact>>;
}

/** The answer to a request that is cached, else why it has to run. */
export type Found =
  | { readonly cached: true; readonly outcome: Outcome }
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
    const place = placeOf(request);
    const known = this.#found.get(place);
    if (known !== undefined) return known;
    const found = this.#look(request);
    this.#found.set(place, found);
    return found;
  }

  /** A task has been made, here or by another run: look again. */
  forget(request: TaskRequest): void {
    this.#found.delete(placeOf(request));
  }

  #look(request: TaskRequest): Found {
    const hit = this.#cache.find(request.key);
    if (hit === undefined) return { cached: false, reason: this.#reason(request) };
    const { outputs, refused } = hit.record;
    if (refused !== undefined) {
      const { address, tolerant } = request;
      if (!tolerant) return { cached: false, reason: { why: 'new' } };
      const failure = { reason: 'task-error', ...refused } as const;
      return { cached: true, outcome: { ok: false, address, failure } };
    }
    if (!hit.whole) return { cached: false, reason: { why: 'evicted' } };
    return { cached: true, outcome: { ok: true, outputs: artifactsOf(outputs), cached: true } };
  }

  #reason(request: TaskRequest): RunReason {
    const last = this.#history.last(request.address);
    if (last === undefined) return { why: 'new' };
    const fields = diffKeys(recordedKeyData(last.record), { ...request.data, part: null });
    return fields.length === 0 ? { why: 'new' } : { why: 'changed', fields };
  }
}

/** A refusal answers those alone that take one. */
function placeOf({ key, tolerant }: TaskRequest): string {
  return tolerant ? `${key} tolerant` : key;
}
