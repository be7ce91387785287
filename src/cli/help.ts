import { type Command, type CommandEntry, type OptionDefinition, optionsOf } from './command.ts';
import { commands } from './commands.ts';
import { usageLines } from './usage.ts';
import { wrap } from './wrap.ts';

/** The whole program on one screen. Needs no command loaded. */
export function programHelp(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const line = ({ name, summary }: CommandEntry): string => `  ${name.padEnd(width)}  ${summary}`;
  return `affekt: declarative experiments for speech emotion recognition
${commands.map(line).join('\n')}
affekt COMMAND --help tells more. To begin: affekt new experiment NAME
`;
}

export function commandHelp(command: Command): string {
  const rows = [
    ...Object.entries(optionsOf(command)).map(([name, option]) => row(name, option)),
    ['-h, --help', 'this text'] as const,
  ];
  const width = Math.max(...rows.map(([left]) => left.length));
  const margin = width + 4;
  const lines = rows.map(
    ([left, right]) => `  ${left.padEnd(width)}  ${wrap(right, 80 - margin, ' '.repeat(margin))}`,
  );
  const examples = command.examples ?? [];
  const shown =
    examples.length === 0 ? '' : `\nExamples:\n${examples.map((e) => `  ${e}\n`).join('')}`;
  return `${wrap(command.summary, 80, '')}\n\n${usageLines(command)}\n\n${lines.join('\n')}\n${shown}`;
}

function row(name: string, option: OptionDefinition): readonly [string, string] {
  const short = option.short === undefined ? '    ' : `-${option.short}, `;
  const value = option.type === 'flag' ? '' : ` ${option.value ?? 'VALUE'}`;
  const repeat = option.type === 'list' ? ' (repeatable)' : '';
  return [`${short}--${name}${value}`, `${option.summary}${repeat}`];
}
