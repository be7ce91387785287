import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A tool's project with N independent trivial stages, and how to run it. */
export interface Project {
  readonly name: string;
  /** Programs that must be on PATH (or in PEERS_BIN). */
  readonly needs: readonly string[];
  readonly write: (folder: string, stages: number) => void;
  readonly run: readonly string[];
}

const root = resolve(import.meta.dirname, '../..');
const affekt = join(root, 'bin/affekt.js');
const jobs = '2';

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

function each<T>(stages: number, make: (i: number) => T): T[] {
  return Array.from({ length: stages }, (_, i) => make(i));
}

const affektRun = [process.execPath, affekt, 'run', 'experiment.yaml', '-j', jobs];
const affektConfig = 'cache: { path: ./cache }\nruns: { path: ./runs }\n';

/** Every stage makes one small file: the cheapest work that has a result. */
const pooled: Project = {
  name: 'affekt, pooled tasks',
  needs: [],
  write: (folder, stages) =>
    write(folder, {
      'affekt.config.yaml': affektConfig,
      'trivial.ts': `import { defineStage, Type } from 'affekt';
import { writeFileSync } from 'node:fs';
export default defineStage({
  kind: 'trivial',
  version: 1,
  summary: 'Writes a number.',
  tier: 'pooled',
  params: Type.Object({ n: Type.Integer({ description: 'The number.' }) }, { additionalProperties: false }),
  inputs: {},
  outputs: { out: { type: 'file', summary: 'The number.' } },
  run: (context) => writeFileSync(context.output('out').path('n.txt'), String(context.params.n)),
});
`,
      'experiment.yaml': `name: bench\nstages:\n${each(stages, (i) => `  s${i}: { uses: ./trivial.ts, with: { n: ${i} } }\n`).join('')}`,
    }),
  run: affektRun,
};

const commands: Project = {
  name: 'affekt, command: true',
  needs: [],
  write: (folder, stages) =>
    write(folder, {
      'affekt.config.yaml': affektConfig,
      'experiment.yaml': `name: bench\nstages:\n${each(
        stages,
        (i) =>
          `  s${i}: { uses: command, with: { run: ['true'], params: { n: ${i} }, outputs: {} } }\n`,
      ).join('')}`,
    }),
  run: affektRun,
};

const make: Project = {
  name: 'make',
  needs: ['make'],
  write: (folder, stages) =>
    write(folder, {
      Makefile: `all: ${each(stages, (i) => `out/${i}`).join(' ')}\nout/%: in/%\n\t@cp $< $@\n`,
      'out/.keep': '',
      ...Object.fromEntries(each(stages, (i) => [`in/${i}`, String(i)])),
    }),
  run: ['make', '-s', '-j', jobs],
};

const snakemake: Project = {
  name: 'Snakemake',
  needs: ['snakemake'],
  write: (folder, stages) =>
    write(folder, {
      Snakefile: `rule all:\n    input: expand("out/{i}", i=range(${stages}))\nrule one:\n    input: "in/{i}"\n    output: "out/{i}"\n    shell: "cp {input} {output}"\n`,
      ...Object.fromEntries(each(stages, (i) => [`in/${i}`, String(i)])),
    }),
  run: ['snakemake', '--quiet', 'all', '--cores', jobs],
};

const dvc: Project = {
  name: 'DVC',
  needs: ['dvc', 'git'],
  write: (folder, stages) =>
    write(folder, {
      'dvc.yaml': `stages:\n${each(stages, (i) => `  s${i}:\n    cmd: cp in/${i} out/${i}\n    deps: [in/${i}]\n    outs: [out/${i}]\n`).join('')}`,
      '.dvc/config': '[core]\n    no_scm = true\n    analytics = false\n',
      'out/.keep': '',
      ...Object.fromEntries(each(stages, (i) => [`in/${i}`, String(i)])),
    }),
  run: ['dvc', 'repro', '-q'],
};

const wireit: Project = {
  name: 'wireit',
  needs: ['npm', 'wireit'],
  write: (folder, stages) => {
    const scripts: Record<string, object> = {
      all: { dependencies: each(stages, (i) => `s${i}`) },
    };
    for (let i = 0; i < stages; i++) {
      scripts[`s${i}`] = {
        command: `cp in/${i} out/${i}`,
        files: [`in/${i}`],
        output: [`out/${i}`],
      };
    }
    write(folder, {
      'package.json': JSON.stringify({
        scripts: Object.fromEntries(Object.keys(scripts).map((name) => [name, 'wireit'])),
        wireit: scripts,
      }),
      'out/.keep': '',
      ...Object.fromEntries(each(stages, (i) => [`in/${i}`, String(i)])),
    });
  },
  run: ['env', `WIREIT_PARALLEL=${jobs}`, 'WIREIT_LOGGER=quiet', 'npm', 'run', '-s', 'all'],
};

export const projects: readonly Project[] = [pooled, commands, make, snakemake, dvc, wireit];
