import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { groupBy } from '../src/util/group-by.ts';
import { bundleOptions } from './bundle.ts';
import { bundledPackages, installedPackages, isPermissive, type Package } from './third-party.ts';

/** What each package that affekt asks for by name is there for. */
const reasons: Readonly<Record<string, string>> = {
  '@dagrejs/dagre': 'places the boxes of the pipeline’s picture',
  '@expo-google-fonts/inter': 'the font of charts that become pictures, the same everywhere (8 MB)',
  '@resvg/resvg-js': 'charts as PNG without a browser (5 MB)',
  '@tensorflow/tfjs-backend-cpu': '`engine: tfjs` in plain JavaScript',
  '@tensorflow/tfjs-core': '`engine: tfjs` in plain JavaScript',
  '@wasm-audio-decoders/ogg-vorbis': 'decodes Vorbis',
  ajv: 'checks params against their schemas, with the place of a problem',
  esbuild: 'bundles own stages (10 MB)',
  'fast-png': 'spectrograms as pictures',
  'ml-matrix': 'principal components in `analyze`',
  'mpg123-decoder': 'decodes MP3',
  'onnxruntime-node': 'trains networks and runs them (301 MB: libraries of five systems)',
  'opus-decoder': 'decodes Opus',
  'p-queue': 'the ready queue of tasks',
  'tar-stream': 'reads archives of corpora',
  tinyglobby: 'finds the files of a corpus',
  typebox: 'schemas of params, which are types as well: `Type` in own stages (2 MB)',
  vega: 'draws charts',
  'vega-lite': 'charts as short descriptions that readers can restyle',
  yaml: 'reads specs, with the place of every value',
  yauzl: 'reads zip archives',
  yazl: 'writes packs',
};

/** How licences that ask for more than a notice are kept to. */
const conditions: readonly (readonly [of: RegExp, text: string])[] = [
  [
    /^@resvg\/resvg-js/,
    'used unchanged, as a package of its own; the licence covers its own files only',
  ],
  [
    /^@expo-google-fonts\/inter$/,
    'the font is under the OFL: passed on unchanged, with its licence, and not sold by itself',
  ],
  [
    /^codec-parser$/,
    '`@wasm-audio-decoders/ogg-vorbis` imports it; it stays outside the bundle, so that one can replace it, and its code is not used',
  ],
];

/** How a package's licence is kept to; undefined where a notice is enough. Throws where nobody looked. */
function conditionOf({ name, licence }: Package): string | undefined {
  if (isPermissive(licence)) return undefined;
  const found = conditions.find(([of]) => of.test(name));
  if (found === undefined) throw new Error(`${name} is under ${licence}: may it be passed on?`);
  return found[1];
}

/** docs/licences.md: what is installed with affekt, what is inside it, and under which licences. */
export async function licencePage(root: string): Promise<string> {
  const { metafile } = await build({ ...bundleOptions, absWorkingDir: root });
  const bundled = bundledPackages(root, Object.keys(metafile.inputs));
  const refused = bundled.filter(({ licence }) => !isPermissive(licence));
  if (refused.length > 0) {
    throw new Error(`may not be bundled: ${refused.map(({ name }) => name).join(', ')}`);
  }
  const installed = installedPackages(root);
  const direct = installed.filter(({ name }) => isAskedFor(root, name));
  const brought = installed.filter((one) => !direct.includes(one));
  const own = bundled.filter(({ name }) => name in reasons);
  const conditional = installed.filter((one) => conditionOf(one) !== undefined);
  return `# Packages and licences

Written by \`npm run generate\` from package-lock.json and the bundle; a licence that nobody looked at fails it.

## Installed with affekt

| package | licence | what for |
|---|---|---|
${direct.map(row).join('\n')}

They bring ${brought.length} more, most of them binaries of \`esbuild\` and \`@resvg/resvg-js\` of which npm
installs the one for its system; each of the others is below half a megabyte: ${byLicence(brought)}.

## Inside the bundle

${own.length} packages are compiled into \`dist\`, with what they import ${bundled.length}. All are under licences that ask for a notice
and no more; the texts are in \`dist/licences.txt\`.

| package | licence | what for |
|---|---|---|
${own.map(row).join('\n')}

All: ${byLicence(bundled)}.

## More than a notice

${byCondition(conditional)}
- \`mpg123-decoder\` states MIT and holds mpg123, which is LGPL-2.1: it stays outside the bundle and is loaded when
  an MP3 file comes, so that one can replace it (docs/decisions.md).

Corpora are no part of affekt: docs/corpora.md.
`;
}

function isAskedFor(root: string, name: string): boolean {
  const { dependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Record<string, Readonly<Record<string, string>>>;
  return name in { ...dependencies, ...optionalDependencies };
}

function row({ name, version, licence }: Package): string {
  const reason = reasons[name];
  if (reason === undefined) throw new Error(`say in scripts/licence-page.ts what ${name} is for`);
  return `| ${name} ${version} | ${licence} | ${reason} |`;
}

function byLicence(packages: readonly Package[]): string {
  const groups = groupBy(packages, ({ licence }) => licence.replaceAll(/[()]/g, ''));
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([licence, members]) => `**${licence}** ${names(members)}`)
    .join('; ');
}

function byCondition(packages: readonly Package[]): string {
  return [...groupBy(packages, (one) => `${conditionOf(one)}`)]
    .map(([text, members]) => `- ${names(members)} (${members[0]?.licence}): ${text}.`)
    .join('\n');
}

/** Sorted; packages of one family for several systems as one. */
function names(packages: readonly Package[]): string {
  const short = packages.map(({ name }) =>
    name
      .replace(/^@esbuild\/.*/, '@esbuild/*')
      .replace(/^@resvg\/resvg-js-.*/, '@resvg/resvg-js-*'),
  );
  return [...new Set(short)].sort().join(', ');
}
