import { type Command, type CommandEntry, type OptionDefinition, optionsOf } from '../command.ts';
import type { Io } from '../io.ts';
import { type Candidate, type Completion, matching } from './candidate.ts';
import { placeholderWords } from './placeholders.ts';

/**
 * What the last of `words` (which follow the program's name; the last may be empty) may become, from
 * the command table: commands, actions, flags, and what stands behind a placeholder.
 */
export async function complete(
  words: readonly string[],
  commands: readonly CommandEntry[],
  io: Io,
): Promise<Completion> {
  const given = words.slice(0, -1);
  const current = words.at(-1) ?? '';
  const [name, ...rest] = given;
  if (name === undefined || name === 'help') {
    return matching(
      commands.map(({ name: word, summary }) => ({ word, summary })),
      current,
    );
  }
  const command = await commands.find((entry) => entry.name === name)?.load();
  if (command === undefined) return nothing;

  const { positionals, open } = placesOf(command, rest);
  const context = { positionals, current, io };
  if (open !== undefined) return placeholderWords(open.value ?? 'VALUE', context);
  if (current.startsWith('-')) return matching(flagsOf(command), current);
  return placeholderWords(placeholderAt(command, positionals), context);
}

const nothing: Completion = { candidates: [], files: false };

function flagsOf(command: Command): readonly Candidate[] {
  const flags = Object.entries(optionsOf(command)).map(([name, { summary }]) => ({
    word: `--${name}`,
    summary,
  }));
  return [...flags, { word: '--help', summary: 'this command in one screen' }];
}

/** The positionals among the words, and the flag whose value comes next. */
function placesOf(
  command: Command,
  words: readonly string[],
): { readonly positionals: readonly string[]; readonly open: OptionDefinition | undefined } {
  const positionals: string[] = [];
  let open: OptionDefinition | undefined;
  for (const word of words) {
    if (open !== undefined) open = undefined;
    else if (word.startsWith('-')) {
      const option = Object.entries(optionsOf(command)).find(
        ([name, { short }]) => word === `--${name}` || word === `-${short}`,
      )?.[1];
      open = option?.type === 'flag' ? undefined : option;
    } else positionals.push(word);
  }
  return { positionals, open };
}

/** What the usage has at the next place, without brackets and dots: `SPEC`, `du|gc|verify`; empty after the end. */
function placeholderAt({ usage }: Command, positionals: readonly string[]): string {
  let places = usage;
  let place = positionals.length;
  if (typeof places !== 'string') {
    const [action] = positionals;
    if (action === undefined) return Object.keys(places).join('|');
    places = places[action] ?? '';
    place--;
  }
  const list = places.split(' ');
  const last = list.at(-1) ?? '';
  const found = list[place] ?? (last.endsWith('...') ? last : '');
  return found.replaceAll(/[[\]]|\.\.\.$/g, '');
}
