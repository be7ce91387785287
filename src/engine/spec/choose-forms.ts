import { formWithPorts } from '../form.ts';
import { checkParams } from './params.ts';
import { Problems } from './problems.ts';
import type { StageDraft } from './stages.ts';
import type { Tree } from './tree.ts';

/**
 * Gives stages whose kind has forms the one for what they read, before params and wires are checked: by
 * the port that `in` names, or by what the stages give that it names. Says nothing of what is wrong with
 * `in`: whoever wires it does.
 */
export function chooseForms(drafts: ReadonlyMap<string, StageDraft>): void {
  const open = new Set<StageDraft>();
  const choose = (draft: StageDraft): void => {
    const { kind } = draft;
    // A stage that reads itself through others has no form.
    if (kind?.forms === undefined || open.has(draft)) return;
    open.add(draft);
    draft.kind = formOf(draft, kind.forms, (name) => {
      const target = drafts.get(name);
      if (target === undefined) return [];
      choose(target);
      return typesGiven(target);
    });
  };
  for (const draft of drafts.values()) choose(draft);
}

/** Types of what a stage gives; of one that declares them by params that are wrong, none. */
function typesGiven({ kind, written }: StageDraft): readonly string[] {
  if (kind === undefined) return [];
  // Whoever checks params says what is wrong with them.
  const filled = kind.outputsOf && checkParams(kind, written, new Problems()).filled;
  const outputs = filled === undefined ? kind.outputs : kind.outputsOf?.(filled as never);
  return Object.values(outputs ?? {}).map(({ type }) => type);
}

function formOf(
  { kind, in: entry }: StageDraft,
  forms: NonNullable<NonNullable<StageDraft['kind']>['forms']>,
  typesOf: (stage: string) => readonly string[],
): StageDraft['kind'] {
  if (kind === undefined || entry === undefined) return kind;
  const { value } = entry;
  if (value.type === 'map') return formWithPorts(kind, [...value.entries.keys()]);
  const named: readonly Tree[] = value.type === 'list' ? value.items : [value];
  for (const one of named) {
    if (one.type !== 'scalar' || typeof one.value !== 'string') continue;
    const types = typesOf(one.value.replace(/[.[].*$/s, ''));
    if (Object.values(kind.inputs).some(({ type }) => types.includes(type))) return kind;
    const found = types.find((type) => Object.hasOwn(forms, type));
    if (found !== undefined) return forms[found];
  }
  return kind;
}
