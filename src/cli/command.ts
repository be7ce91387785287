import type { Io } from './io.ts';

/** What a flag takes: nothing, one text, one whole number, or a text each time it is repeated. */
export type OptionType = 'flag' | 'text' | 'integer' | 'list';

export interface OptionDefinition {
  readonly type: OptionType;
  readonly summary: string;
  /** One letter: `j` for `-j`. */
  readonly short?: string;
  /** Placeholder in the help: `A` in `--only A`. */
  readonly value?: string;
  /** Smallest integer that is accepted. */
  readonly minimum?: number;
}

export type OptionTable = Readonly<Record<string, OptionDefinition>>;

type OptionValue<T extends OptionType> = T extends 'flag'
  ? boolean
  : T extends 'list'
    ? readonly string[]
    : (T extends 'integer' ? number : string) | undefined;

export type Options<T extends OptionTable> = { readonly [K in keyof T]: OptionValue<T[K]['type']> };

const sharedOptions = {
  profile: { type: 'text', value: 'P', summary: 'use a profile of the configuration' },
} as const satisfies OptionTable;

/** Flags of a command, those of all commands included. */
export function optionsOf({ options }: Pick<Command, 'options'>): OptionTable {
  return { ...options, ...sharedOptions };
}

export interface Invocation<T extends OptionTable> {
  readonly options: Options<T>;
  readonly positionals: readonly string[];
  /** Everything after the program's name, for the record. */
  readonly argv: readonly string[];
  /** The whole table. */
  readonly commands: readonly CommandEntry[];
  readonly io: Io;
}

export interface Command<T extends OptionTable = OptionTable> {
  readonly name: string;
  /**
   * Placeholders of the positionals: `SPEC [STAGE.PARAM=VALUE]...`; by action where the first positional
   * says what to do: `{ du: '', verify: '' }`. Completion goes by them, too (completion/candidates.ts).
   */
  readonly usage: string | Readonly<Record<string, string>>;
  readonly summary: string;
  readonly options: T;
  /** How many positionals are taken. */
  readonly positionals: { readonly least: number; readonly most: number };
  readonly examples?: readonly string[];
  /** Resolves to the exit code. */
  run(invocation: Invocation<T>): Promise<number>;
}

/** A line of the table of commands. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** An identity function: its only job is to infer the options' types. */
export function defineCommand<const T extends OptionTable>(command: Command<T>): Command {
  return command as unknown as Command;
}

/** The user has to change something; worded for the screen, exit code 2. */
export class UsageError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
