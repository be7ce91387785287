import type { InputArtifact } from '../../src/engine/artifact.ts';
import type { EachRows, Item, StageKind } from '../../src/engine/stage.ts';

/** The `each` of a kind that makes rows and needs nothing beside its params. */
export interface RowsEach extends Pick<EachRows<never>, 'combine'> {
  items(input: InputArtifact): readonly Item[];
  open(params: unknown): ReturnType<EachRows<never>['open']>;
}

export function rowsEach(kind: StageKind): RowsEach {
  if (!('each' in kind) || kind.each.makes === 'files')
    throw new Error(`${kind.kind} makes no rows`);
  const { items, open, combine } = kind.each as EachRows<never>;
  const tools = {
    seed: 0,
    source(name: string): never {
      throw new Error(`no source ${name}`);
    },
  };
  return {
    combine,
    items: (input) => items(input, undefined as never),
    open: (params) => open(params as never, tools),
  };
}
