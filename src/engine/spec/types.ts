import type { Json, JsonObject } from '../../util/json.ts';

/**
 * A checked experiment: what `spec/` hands to `plan/`. Plain JSON throughout (it is kept in the
 * cache by the digest of everything it was read from), with every reference resolved:
 * no extends, no vars, no matrix short forms, no unknown names, no omitted required port.
 */
export interface Spec {
  readonly name: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly seed: number;
  /** In spec order; a stage may be written before the stages it reads. */
  readonly stages: readonly StageSpec[];
  readonly matrix: readonly Axis[];
  /** Variant combinations that are left out: axis name to variant name. */
  readonly exclude: readonly Readonly<Record<string, string>>[];
}

export interface StageSpec {
  readonly name: string;
  /** A kind's name, or the absolute path of an own stage module. */
  readonly uses: string;
  /** Params as written plus overrides, checked; defaults are not filled in. */
  readonly with: JsonObject;
  /** Folder that relative paths in `with` start from. */
  readonly folder: string;
  readonly inputs: readonly Wire[];
  /** Where the stage's name was written, for messages of later phases. */
  readonly at: { readonly file: string; readonly path: readonly string[] };
}

/** One port and what it reads, in order. */
export interface Wire {
  readonly port: string;
  readonly from: readonly WireSource[];
  /** The port was omitted and filled with the nearest ancestor of its type; `plan` says so. */
  readonly filled: boolean;
}

export interface WireSource {
  readonly stage: string;
  readonly output: string;
  /** Variants that are picked: axis to variant, or `*` for the whole `stage[*]`. Empty: the same variant as the reader. */
  readonly select: '*' | Readonly<Record<string, string>>;
}

export interface Axis {
  readonly name: string;
  readonly variants: readonly Variant[];
}

export interface Variant {
  readonly name: string;
  /** Overrides by `stage.param[.param…]`; the value replaces what the stage has. */
  readonly set: Readonly<Record<string, Json>>;
}
