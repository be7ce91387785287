import { parseArgs } from 'node:util';
import { nearest } from '../util/suggest.ts';
import {
  type Command,
  type OptionDefinition,
  type OptionTable,
  optionsOf,
  UsageError,
} from './command.ts';
import { usageLines } from './usage.ts';

export interface ParsedArguments {
  readonly options: Readonly<
    Record<string, boolean | string | number | readonly string[] | undefined>
  >;
  readonly positionals: readonly string[];
  /** Of the configuration, which any command may use. */
  readonly profile: string | undefined;
  readonly help: boolean;
}

/** Reads a command's arguments by its definition. Throws `UsageError` on anything it does not know. */
export function parseArguments(command: Command, argv: readonly string[]): ParsedArguments {
  const table = optionsOf(command);
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      ...Object.fromEntries(
        Object.entries(table).map(([name, { type, short }]) => [
          name,
          {
            type: type === 'flag' ? ('boolean' as const) : ('string' as const),
            ...(short === undefined ? {} : { short }),
          },
        ]),
      ),
    },
  });

  const options: Record<string, boolean | string | number | readonly string[] | undefined> = {};
  for (const [name, { type }] of Object.entries(command.options)) {
    options[name] = type === 'flag' ? false : type === 'list' ? [] : undefined;
  }
  const positionals: string[] = [];
  let help = false;
  let profile: string | undefined;
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    if (token.name === 'help') {
      help = true;
      continue;
    }
    const definition = table[token.name];
    if (definition === undefined) throw unknownOption(table, command.name, token.rawName);
    const value = readValue(token, definition, options[token.name]);
    if (token.name === 'profile') profile = value as string;
    else options[token.name] = value;
  }
  if (!help) checkPositionals(command, positionals);
  return { options, positionals, profile, help };
}

interface Token {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function readValue(
  { rawName, value, inlineValue }: Token,
  { type, value: placeholder, minimum = 0 }: OptionDefinition,
  before: unknown,
): boolean | string | number | readonly string[] {
  if (type === 'flag') {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value`);
    return true;
  }
  // `--only --from x` is a forgotten value, not an address that starts with a dash.
  if (value === undefined || value === '' || (inlineValue !== true && value.startsWith('-'))) {
    throw new UsageError(`${rawName} needs a value`, `Write ${rawName} ${placeholder ?? 'VALUE'}.`);
  }
  if (type === 'list') return [...(before as readonly string[]), value];
  if (type === 'text') return value;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < minimum) {
    throw new UsageError(`${rawName} needs a whole number from ${minimum} up, got "${value}"`);
  }
  return number;
}

function unknownOption(table: OptionTable, command: string, rawName: string): UsageError {
  const names = [...Object.keys(table), 'help'].map((name) => `--${name}`);
  const near = nearest(rawName, names);
  return new UsageError(
    `unknown flag ${rawName}${near === undefined ? '' : `; did you mean ${near}?`}`,
    `See affekt ${command} --help.`,
  );
}

function checkPositionals(command: Command, positionals: readonly string[]): void {
  const { least, most } = command.positionals;
  const usage = usageLines(command).replaceAll('\n', '\n  ');
  const [action] = positionals;
  if (typeof command.usage !== 'string' && action !== undefined && !(action in command.usage)) {
    const near = nearest(action, Object.keys(command.usage));
    const suggestion = near === undefined ? '' : `; did you mean ${near}?`;
    throw new UsageError(`unknown action "${action}"${suggestion}`, usage);
  }
  if (positionals.length < least) throw new UsageError('too few arguments', usage);
  if (positionals.length > most) {
    throw new UsageError(`unexpected argument "${positionals[most]}"`, usage);
  }
}
