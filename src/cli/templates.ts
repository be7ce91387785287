import { readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { packageRoot } from './package-root.ts';

// Files that `affekt new` writes are affekt's own examples under another name, which the tests run.

/** An experiment that ends with a number; `folder` is where it will lie, `project` above it. */
export function experimentText(name: string, folder: string, project: string): string {
  const text = example('demo.yaml');
  return `${schemaLine(folder, project)}# affekt's own synthesised corpus, so that it runs offline. With real speech: dataset: emodb, after
# affekt data add emodb; with your own: affekt data init FOLDER
${text.slice(text.indexOf('name:')).replace('name: demo', `name: ${name}`)}`;
}

/** The smallest experiment that runs the own stage of this name. */
export function stageExperimentText(name: string, folder: string, project: string): string {
  return `${schemaLine(folder, project)}name: ${name}
stages:
  speech: { uses: fetch, with: { dataset: demo } }
  mel: { uses: melspec, in: speech }
  ${name}: { uses: ./stages/${name}.ts, in: mel }
`;
}

export function stageText(name: string): string {
  return example('stages/frame-energy.ts').replace("'frame-energy'", `'${name}'`);
}

function example(file: string): string {
  return readFileSync(join(packageRoot(), 'experiments', file), 'utf8');
}

/** What editors complete by; nothing where affekt is not installed in the project. */
export function schemaLine(folder: string, project: string): string {
  if (relative(project, packageRoot()).startsWith('..')) return '';
  const schema = join(packageRoot(), 'schema', 'experiment.schema.json');
  const path = relative(folder, schema).replaceAll('\\', posix.sep);
  return `# yaml-language-server: $schema=${path}\n`;
}
