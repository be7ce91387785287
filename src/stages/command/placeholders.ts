import type { ParamProblem } from '../../engine/stage.ts';

type Group = 'inputs' | 'outputs' | 'params';

const placeholder = /\{(inputs|outputs|params)\.([A-Za-z0-9_-]+)\}/g;

/** A text with `{inputs.mel}`, `{outputs.out}` and `{params.n}` replaced by what they stand for. */
export function substitute(text: string, meaning: (group: Group, name: string) => string): string {
  return text.replace(placeholder, (_, group: Group, name: string) => meaning(group, name));
}

/** Placeholders of one group that stand for nothing, at the words of a command that hold them. */
export function unknownPlaceholders(
  run: string | readonly string[],
  group: Group,
  known: readonly string[],
): readonly ParamProblem[] {
  const words: readonly (readonly [readonly string[], string])[] =
    typeof run === 'string' ? [[['run'], run]] : run.map((word, i) => [['run', String(i)], word]);
  return words.flatMap(([path, word]) => {
    const named = Array.from(word.matchAll(placeholder)).filter(([, found]) => found === group);
    return [...new Set(named.map(([, , name = '']) => name))]
      .filter((name) => !known.includes(name))
      .map((name) => ({ path, message: `there is no {${group}.${name}}`, hint: hint(name) }));
  });

  function hint(name: string): string {
    const where = group === 'inputs' ? 'in' : `with.${group}`;
    const ours = known.map((one) => `{${group}.${one}}`).join(' or ');
    return ours === ''
      ? `Name ${name} under ${where}, or leave it out.`
      : `Write ${ours}, or name ${name} under ${where}.`;
  }
}
