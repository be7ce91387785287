import type { CommandEntry } from './command.ts';

/** Every command with the line that the help shows; the code loads when it is asked for. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'new',
    summary: 'write an experiment, or an own stage, to start from',
    load: async () => (await import('./commands/new.ts')).newFiles,
  },
  {
    name: 'run',
    summary: 'run what changed of an experiment',
    load: async () => (await import('./commands/run.ts')).run,
  },
  {
    name: 'plan',
    summary: 'show what a run would do, and run nothing',
    load: async () => (await import('./commands/plan.ts')).plan,
  },
  {
    name: 'why',
    summary: 'show field by field why a task runs or is cached',
    load: async () => (await import('./commands/why.ts')).why,
  },
  {
    name: 'runs',
    summary: 'list runs, newest first',
    load: async () => (await import('./commands/runs.ts')).runs,
  },
  {
    name: 'show',
    summary: 'show one run: result, stages, failures',
    load: async () => (await import('./commands/show.ts')).show,
  },
  {
    name: 'report',
    summary: 'write the page of a recorded run again',
    load: async () => (await import('./commands/report.ts')).report,
  },
  {
    name: 'logs',
    summary: 'print the log of a task',
    load: async () => (await import('./commands/logs.ts')).logs,
  },
  {
    name: 'diff',
    summary: 'compare two runs: settings, numbers, clips that flipped',
    load: async () => (await import('./commands/diff.ts')).diff,
  },
  {
    name: 'tune',
    summary: 'show how far a search is, or write a spec with what it chose',
    load: async () => (await import('./commands/tune.ts')).tune,
  },
  {
    name: 'audit',
    summary: 'check from the records that the numbers of a run are honest',
    load: async () => (await import('./commands/audit.ts')).audit,
  },
  {
    name: 'reproduce',
    summary: 'compute a run again and compare the bytes',
    load: async () => (await import('./commands/reproduce.ts')).reproduce,
  },
  {
    name: 'pack',
    summary: 'one zip of a run, to be checked without corpus and cache',
    load: async () => (await import('./commands/pack.ts')).pack,
  },
  {
    name: 'predict',
    summary: 'tell the emotion of recordings by the models of a run',
    load: async () => (await import('./commands/predict.ts')).predict,
  },
  {
    name: 'sync',
    summary: 'bring runs to an MLflow server, and check what is there',
    load: async () => (await import('./commands/sync.ts')).sync,
  },
  {
    name: 'ui',
    summary: 'browse runs in MLflow, starting it where there is none',
    load: async () => (await import('./commands/ui.ts')).ui,
  },
  {
    name: 'cache',
    summary: 'du, gc, verify: size of the cache, make room, check every byte',
    load: async () => (await import('./commands/cache.ts')).cache,
  },
  {
    name: 'data',
    summary: 'list, add, init, verify, rm: corpora on this machine',
    load: async () => (await import('./commands/data.ts')).data,
  },
  {
    name: 'engine',
    summary: 'list, install, check: what trains networks',
    load: async () => (await import('./commands/engine.ts')).engine,
  },
  {
    name: 'schema',
    summary: 'print the JSON Schema of experiment files',
    load: async () => (await import('./commands/schema.ts')).schema,
  },
  {
    name: 'completion',
    summary: 'let bash, zsh or fish complete what is typed',
    load: async () => (await import('./commands/completion.ts')).completion,
  },
  {
    name: 'doctor',
    summary: 'check this machine, the configuration and the tracking server',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
];
