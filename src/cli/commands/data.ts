import { defineCommand, UsageError } from '../command.ts';
import { addCorpus, listCorpora, removeCorpus, verifyCorpora } from '../data.ts';
import { withConfig } from '../with-config.ts';

export const data = defineCommand({
  name: 'data',
  usage: 'list | add NAME FOLDER | verify [NAME] | rm NAME',
  summary: 'Corpora on this machine: what is registered, where it lies, and whether it is intact.',
  positionals: { least: 1, most: 3 },
  options: {
    copy: { type: 'flag', summary: 'add: copy the files into the data store' },
    unpinned: {
      type: 'flag',
      summary: 'add: accept bytes that differ from the original; every number will say so',
    },
    json: { type: 'flag', summary: 'list: one corpus per line, as JSON' },
  },
  examples: ['affekt data add aesdd ~/corpora/aesdd', 'affekt data verify'],
  async run({ options, positionals: [action, name, folder], io }) {
    return withConfig(io, {}, ({ settings }) => {
      const store = settings['data.path'];
      switch (action) {
        case 'list':
          return listCorpora(store, options.json, io);
        case 'add':
          if (name === undefined || folder === undefined) {
            throw new UsageError('a name and a folder are needed', 'affekt data add NAME FOLDER');
          }
          return addCorpus({ store, name, folder, ...options }, io);
        case 'verify':
          return verifyCorpora(store, name, io);
        case 'rm':
          if (name === undefined) throw new UsageError('a name is needed', 'affekt data rm NAME');
          return removeCorpus(store, name, io);
        default:
          throw new UsageError(
            `unknown action "${action}"`,
            'affekt data list | add | verify | rm; see affekt data --help.',
          );
      }
    });
  },
});
