import { defineCommand } from '../command.ts';
import { complete } from '../completion/candidates.ts';
import { type Shell, scripts } from '../completion/scripts.ts';
import { exitCode } from '../exit-code.ts';

export const completion = defineCommand({
  name: 'completion',
  usage: { bash: '', zsh: '', fish: '', words: '-- WORD...' },
  summary:
    'Prints what lets a shell complete commands, flags, experiments and params. words is what that calls.',
  positionals: { least: 1, most: Number.POSITIVE_INFINITY },
  options: {},
  examples: [
    'source <(affekt completion bash)                                   # in ~/.bashrc',
    'source <(affekt completion zsh)                                    # in ~/.zshrc, after compinit',
    'affekt completion fish > ~/.config/fish/completions/affekt.fish',
  ],
  async run({ positionals: [action, ...words], commands, io }) {
    if (action !== 'words') {
      io.out.write(scripts[action as Shell]);
      return exitCode.ok;
    }
    const { candidates, files } = await complete(words, commands, io);
    for (const { word, summary = '' } of candidates) io.out.write(`${word}\t${summary}\n`);
    if (files) io.out.write('\t\n');
    return exitCode.ok;
  },
});
