import { stringify } from 'yaml';
import type { StudyTrial } from '../../artifacts/study.ts';
import type { StageSpec } from '../../engine/spec/types.ts';
import type { Json } from '../../util/json.ts';

/** The best trial that is complete, the first of equals; undefined where there is none. */
export function bestOf(trials: readonly StudyTrial[]): StudyTrial | undefined {
  return trials
    .filter(({ state, value }) => state === 'complete' && value !== null)
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0) || a.trial - b.trial)[0];
}

/**
 * A spec that extends the one with the search: the search is taken out, the winner's values are set, and
 * what read the search reads the stage that it varied.
 */
export function bestSpec(options: {
  /** Path of the spec with the search, from the new one. */
  readonly base: string;
  readonly name: string;
  readonly search: string;
  readonly target: string;
  readonly set: Readonly<Record<string, Json>>;
  readonly stages: readonly StageSpec[];
  readonly comment: string;
}): string {
  const { base, name, search, target, set, stages, comment } = options;
  const changed: Record<string, Record<string, unknown> | null> = {};
  for (const [path, value] of Object.entries(set)) {
    const [stage = '', ...rest] = path.split('.');
    const params = { ...(changed[stage]?.['with'] as Record<string, unknown> | undefined) };
    place(params, rest, value);
    changed[stage] = { with: params };
  }
  for (const stage of stages) {
    const { inputs } = stage;
    if (!inputs.some(({ from }) => from.some((one) => one.stage === search))) continue;
    const wired = inputs
      .filter(({ filled }) => !filled)
      .map(({ port, from }): [string, unknown] => {
        const names = [...new Set(from.map((one) => (one.stage === search ? target : one.stage)))];
        return [port, names.length === 1 ? names[0] : names];
      });
    changed[stage.name] = { ...changed[stage.name], in: Object.fromEntries(wired) };
  }
  changed[search] = null;
  const body = stringify({ extends: base, name, stages: changed });
  return `${comment.replaceAll(/^/gm, '# ')}\n${body}`;
}

function place(into: Record<string, unknown>, path: readonly string[], value: Json): void {
  const [head = '', ...rest] = path;
  if (rest.length === 0) into[head] = value;
  else {
    const inner = { ...(into[head] as Record<string, unknown> | undefined) };
    place(inner, rest, value);
    into[head] = inner;
  }
}
