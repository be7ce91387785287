import { defineCommand, UsageError } from '../command.ts';
import { addCorpus } from '../data/add.ts';
import { listCorpora, removeCorpus, verifyCorpora } from '../data/corpora.ts';
import { initCorpus } from '../data/init.ts';
import { withConfig } from '../with-config.ts';

export const data = defineCommand({
  name: 'data',
  usage: {
    list: '',
    add: 'CORPUS [FOLDER|ARCHIVE|ADDRESS]',
    init: 'FOLDER',
    verify: '[CORPUS]',
    rm: 'CORPUS',
  },
  summary:
    'Corpora on this machine: getting them, where they lie, whether they are intact, and what an own one holds.',
  positionals: { least: 1, most: 3 },
  options: {
    copy: { type: 'flag', summary: 'add: copy the files of a folder into the data store' },
    unpinned: {
      type: 'flag',
      summary: 'add: accept bytes that differ from the original; every number will say so',
    },
    write: {
      type: 'text',
      value: 'FILE',
      summary: 'init: write the suggested experiment to a new FILE',
    },
    json: { type: 'flag', summary: 'list: one corpus per line, as JSON' },
  },
  examples: [
    'affekt data add aesdd ~/corpora/aesdd',
    'affekt data add emodb ~/Downloads/download.zip',
    'affekt data add ravdess',
    'affekt data add aesdd hf:EdwardLin2023/AESDD',
    'affekt data init ~/my-recordings',
    'affekt data verify',
  ],
  async run({ options, positionals: [action, name, place], io }) {
    return withConfig(io, ({ settings }) => {
      const store = settings['data.path'];
      switch (action) {
        case 'list':
          return listCorpora(store, options.json, io);
        case 'add':
          if (name === undefined) {
            throw new UsageError(
              'a name is needed',
              'affekt data add CORPUS [FOLDER|ARCHIVE|ADDRESS]; affekt data list shows the names.',
            );
          }
          return addCorpus({ store, name, place, ...options }, io);
        case 'init':
          if (name === undefined) {
            throw new UsageError('a folder is needed', 'affekt data init FOLDER');
          }
          return initCorpus({ folder: name, write: options.write }, io);
        case 'verify':
          return verifyCorpora(store, name, io);
        default:
          if (name === undefined) throw new UsageError('a name is needed', 'affekt data rm CORPUS');
          return removeCorpus(store, name, io);
      }
    });
  },
});
