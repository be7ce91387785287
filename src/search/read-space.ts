import type { Choice, Condition, Dimension, Parameter, Space } from './space.ts';
import { numberOf } from './space.ts';

/** What is wrong with a declared space, and where: the keys that lead there. */
export interface SpaceProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The next step. */
  readonly hint?: string;
}

type Entry = Readonly<Record<string, unknown>>;

const rangeKeys = ['float', 'int'] as const;
const known = ['float', 'int', 'choices', 'log', 'step', 'when'];

/**
 * Reads a space as a spec declares it:
 *
 *     cnn.learning_rate: { float: [1e-4, 1e-2], log: true }
 *     mel.n_mels: { int: [32, 128], step: 16 }
 *     cnn.architecture: [cnn4, resnet9]
 *     cnn.width: { choices: [16, 32], when: { cnn.architecture: resnet9 } }
 *
 * `when` names parameters of the same space: one value or a list of them each. Parameters come out in an
 * order in which each follows those that it depends on, else as written. All problems are returned at once.
 */
export function readSpace(declared: Entry): {
  readonly space: Space;
  readonly problems: readonly SpaceProblem[];
} {
  const problems: SpaceProblem[] = [];
  const parameters: Parameter[] = [];
  for (const [name, value] of Object.entries(declared)) {
    const found = readDimension(value, (path, message, hint) =>
      problems.push({ path: [name, ...path], message, ...(hint === undefined ? {} : { hint }) }),
    );
    if (found === undefined) continue;
    const when = isEntry(value) ? readCondition(value['when']) : undefined;
    parameters.push({ name, dimension: found, ...(when === undefined ? {} : { when }) });
  }
  problems.push(...checkConditions(parameters, declared));
  return { space: problems.length > 0 ? parameters : inOrder(parameters), problems };
}

type Report = (path: readonly (string | number)[], message: string, hint?: string) => void;

function readDimension(value: unknown, report: Report): Dimension | undefined {
  if (Array.isArray(value)) return readChoices(value, [], report);
  if (!isEntry(value)) {
    report(
      [],
      'is neither a list of choices nor a range',
      'write [a, b] or { float: [low, high] }',
    );
    return undefined;
  }
  for (const key of Object.keys(value)) {
    if (!known.includes(key))
      report([key], `"${key}" is not known here`, `known: ${known.join(', ')}`);
  }
  const forms = ['choices', ...rangeKeys].filter((key) => key in value);
  if (forms.length !== 1) {
    report([], 'needs exactly one of float, int and choices');
    return undefined;
  }
  if ('choices' in value) return readChoices(value['choices'], ['choices'], report);
  return readRange(value, 'float' in value ? 'float' : 'int', report);
}

function readChoices(
  value: unknown,
  path: readonly string[],
  report: Report,
): Dimension | undefined {
  if (!Array.isArray(value) || value.length === 0) {
    report(path, 'is an empty list: there is nothing to choose from');
    return undefined;
  }
  const texts = value.map((choice) => JSON.stringify(choice));
  const twice = texts.findIndex((text, i) => texts.indexOf(text) < i);
  if (twice >= 0) report([...path, twice], `${texts[twice]} is listed twice`);
  return { kind: 'choice', choices: value as readonly Choice[] };
}

function readRange(value: Entry, kind: 'float' | 'int', report: Report): Dimension | undefined {
  const range = value[kind];
  if (!isRange(range)) {
    report([kind], 'must be two numbers: [low, high]');
    return undefined;
  }
  const { log = false, step } = value;
  const [low, high] = range;
  let sound = true;
  const refuse: Report = (...args) => {
    sound = false;
    report(...args);
  };
  if (kind === 'int' && !(Number.isInteger(low) && Number.isInteger(high))) {
    refuse([kind], 'must be whole numbers', 'float: takes fractions');
  }
  if (low > high)
    refuse([kind], `is empty: ${low} is greater than ${high}`, `write [${high}, ${low}]`);
  if (typeof log !== 'boolean') refuse(['log'], 'must be true or false');
  const least = kind === 'int' ? 1 : 0;
  if (log === true && (kind === 'int' ? low < least : low <= 0)) {
    const bar = kind === 'int' ? 'at least 1' : 'above 0';
    refuse([kind, 0], `has no logarithm to search: with log the low end must be ${bar}`);
  }
  if (step !== undefined && log === true) refuse(['step'], 'cannot be combined with log');
  if (step !== undefined && !(typeof step === 'number' && Number.isFinite(step) && step > 0)) {
    refuse(['step'], 'must be a number above 0');
  } else if (kind === 'int' && step !== undefined && !Number.isInteger(step)) {
    refuse(['step'], 'must be a whole number');
  } else if (typeof step === 'number' && low < high && step > high - low) {
    refuse(['step'], `is wider than the range: only ${low} would be left`);
  }
  if (!sound) return undefined;
  const width = typeof step === 'number' ? step : kind === 'int' ? 1 : 0;
  // The last value that the steps reach.
  const end = width === 0 ? high : low + Math.floor((high - low) / width + 1e-9) * width;
  return { kind, low, high: end, log: log === true, step: width };
}

function readCondition(when: unknown): Condition | undefined {
  if (!isEntry(when)) return undefined;
  return Object.fromEntries(
    Object.entries(when).map(([name, value]) => [name, Array.isArray(value) ? value : [value]]),
  );
}

function checkConditions(
  parameters: readonly Parameter[],
  declared: Entry,
): readonly SpaceProblem[] {
  const problems: SpaceProblem[] = [];
  for (const [name, value] of Object.entries(declared)) {
    if (!isEntry(value) || value['when'] === undefined) continue;
    const path = [name, 'when'];
    if (!isEntry(value['when'])) {
      problems.push({ path, message: 'must be a map: parameter → value or list of values' });
      continue;
    }
    for (const [other, wanted] of Object.entries(readCondition(value['when']) ?? {})) {
      if (!(other in declared)) {
        const hint = `the space holds ${Object.keys(declared).join(', ')}`;
        problems.push({ path: [...path, other], message: `"${other}" is not in the space`, hint });
        continue;
      }
      const target = parameters.find((parameter) => parameter.name === other)?.dimension;
      for (const choice of target === undefined ? [] : wanted) {
        if (target !== undefined && numberOf(target, choice) === undefined) {
          const message = `${JSON.stringify(choice)} is not a value of ${other}`;
          problems.push({ path: [...path, other], message });
        }
      }
    }
    if (dependsOn(parameters, name, name)) {
      problems.push({ path, message: 'depends on itself' });
    }
  }
  return problems;
}

/** Whether a parameter's condition leads to `target`, over any number of others. */
function dependsOn(parameters: readonly Parameter[], from: string, target: string): boolean {
  const seen = new Set<string>();
  const visit = (name: string): boolean =>
    Object.keys(parameters.find((parameter) => parameter.name === name)?.when ?? {}).some(
      (next) => {
        if (next === target) return true;
        if (seen.has(next)) return false;
        seen.add(next);
        return visit(next);
      },
    );
  return visit(from);
}

function inOrder(parameters: readonly Parameter[]): Space {
  const placed = new Map<string, Parameter>();
  const place = (parameter: Parameter): void => {
    for (const name of Object.keys(parameter.when ?? {})) {
      const other = parameters.find((candidate) => candidate.name === name);
      if (other !== undefined && !placed.has(name)) place(other);
    }
    placed.set(parameter.name, parameter);
  };
  for (const parameter of parameters) if (!placed.has(parameter.name)) place(parameter);
  return [...placed.values()];
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRange(value: unknown): value is readonly [number, number] {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((end) => typeof end === 'number' && Number.isFinite(end))
  );
}
