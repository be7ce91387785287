import { isName, parseAddress, taskSelectors } from '../address.ts';
import type { AxisDraft } from './matrix.ts';
import type { Problems } from './problems.ts';
import type { At } from './source.ts';
import type { Tree } from './tree.ts';
import { show, toJson } from './tree.ts';
import type { WireSource } from './types.ts';

/** `stage`, `stage.output`, `stage[sel]` or `stage[sel].output`, as written under `in`. */
export interface WireRef {
  readonly stage: string;
  readonly output: string | undefined;
  readonly select: WireSource['select'];
  /** The whole text, and the parts of it. */
  readonly at: At;
  readonly stageAt: At;
  readonly outputAt: At;
}

/** A part of a scalar's text; the whole where it is not written as it stands. */
function within(at: At, text: string, offset: number, length: number): At {
  const found = at.source.text.slice(at.start, at.end).indexOf(text);
  if (found < 0) return at;
  const start = at.start + found + offset;
  return { source: at.source, start, end: start + Math.max(1, length) };
}

/** Parses one reference; `undefined` when something was reported. */
export function parseRef(
  tree: Tree,
  axes: readonly AxisDraft[],
  problems: Problems,
): WireRef | undefined {
  if (tree.type !== 'scalar' || typeof tree.value !== 'string' || tree.value === '') {
    problems.error({
      at: tree.at,
      message: `"in" takes names of stages, not ${show(toJson(tree))}`,
      hint: 'Write in: stage, in: stage.output, in: [a, b] or in: { port: stage }.',
    });
    return undefined;
  }
  const text = tree.value;
  const match = /^([^.[\]]*)(\[.*\])?(?:\.(.*))?$/s.exec(text);
  const [, stage = '', selectors = '', output] = match ?? [];
  const part = (offset: number, length: number): At => within(tree.at, text, offset, length);
  if (!match || !isName(stage) || (output !== undefined && !/^[A-Za-z0-9_-]+$/.test(output))) {
    problems.error({
      at: tree.at,
      message: `"${text}" does not name a stage`,
      nearest: isName(text.trim()) ? text.trim() : undefined,
      hint: 'Write stage, stage.output, stage[axis=variant] or stage[*].',
    });
    return undefined;
  }
  const select = parseSelect(stage, selectors, axes, part, problems);
  if (select === undefined) return undefined;
  return {
    stage,
    output,
    select,
    at: tree.at,
    stageAt: part(0, stage.length),
    outputAt: output === undefined ? tree.at : part(text.length - output.length, output.length),
  };
}

function parseSelect(
  stage: string,
  selectors: string,
  axes: readonly AxisDraft[],
  part: (offset: number, length: number) => At,
  problems: Problems,
): WireSource['select'] | undefined {
  if (selectors === '') return {};
  if (selectors === '[*]') return '*';
  const address = parseAddress(stage + selectors);
  if (!address.ok) {
    const { message, column, length } = address.error;
    problems.error({
      at: part(column - 1, length),
      message,
      hint: 'Write stage[axis=variant] or stage[*].',
    });
    return undefined;
  }
  const select: Record<string, string> = {};
  for (const { key, value } of address.value[0]?.select ?? []) {
    const keyAt = part((stage + selectors).indexOf(key, stage.length), key.length);
    const axis = axes.find((one) => one.name === key);
    if (!axis) {
      const task = (taskSelectors as readonly string[]).includes(key);
      problems.error({
        at: keyAt,
        message: task
          ? `"${key}" picks tasks inside a stage, not a variant of it`
          : `unknown axis "${key}"`,
        nearest: problems.nearest(
          key,
          axes.map((one) => one.name),
        ),
        hint:
          axes.length === 0
            ? 'The spec has no matrix.'
            : `Axes: ${axes.map((a) => a.name).join(', ')}.`,
      });
      return undefined;
    }
    const names = axis.variants.map((variant) => variant.name);
    if (!names.includes(value)) {
      const from = (stage + selectors).indexOf('=', (stage + selectors).indexOf(key, stage.length));
      problems.error({
        at: part(from + 1, value.length),
        message: `axis "${key}" has no variant "${value}"`,
        nearest: problems.nearest(value, names),
        hint: `It has ${names.join(', ')}.`,
        related: [{ message: 'the axis is written here', at: axis.at }],
      });
      return undefined;
    }
    select[key] = value;
  }
  return select;
}
