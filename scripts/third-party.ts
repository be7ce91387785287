import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A package of somebody else, as package-lock.json has it. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** SPDX expression that the package states. */
  readonly licence: string;
  /** Relative to the root; a package that is not for this machine is not there. */
  readonly folder: string;
}

interface LockedPackage {
  readonly version: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly peer?: boolean;
  readonly devOptional?: boolean;
}

function locked(root: string): ReadonlyMap<string, Package & LockedPackage> {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, LockedPackage>>;
  };
  return new Map(
    Object.entries(packages)
      .filter(([folder]) => folder !== '')
      .map(([folder, one]) => {
        const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
        return [folder, { ...one, name, folder, licence: one.license ?? 'not stated' }];
      }),
  );
}

/** What `npm install affekt` brings, on all systems together. */
export function installedPackages(root: string): readonly Package[] {
  return [...locked(root).values()].filter(
    ({ dev, peer, devOptional }) => !(dev || peer || devOptional),
  );
}

/** Packages from whose folders a bundle took files, by name; `inputs` are paths relative to the root. */
export function bundledPackages(root: string, inputs: Iterable<string>): readonly Package[] {
  const packages = locked(root);
  const found = new Map<string, Package>();
  for (const path of inputs) {
    const inside = path.indexOf('node_modules/');
    if (inside === -1) continue;
    // What stands before it is how one gets there, through links for example.
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path.slice(inside))?.[0] ?? '';
    const one = packages.get(folder);
    if (one === undefined) throw new Error(`${folder} is not in package-lock.json`);
    found.set(folder, one);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whoever passes these on has to keep their notice, and nothing else. */
const permissive = new Set(
  '0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause BlueOak-1.0.0 CC0-1.0 ISC MIT Unlicense'.split(' '),
);

/** True where every part of an expression, or one of its alternatives, is permissive. */
export function isPermissive(licence: string): boolean {
  return licence
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((part) => permissive.has(part)));
}

/**
 * The texts of a package's licence and notice files. A package that states its licence and holds no text
 * gets the standard one: of MIT with its author's name in affekt's own, of Apache-2.0 as another has it.
 */
export function licenceTexts(root: string, { folder, licence }: Package): readonly string[] {
  const path = join(root, folder);
  const files = readdirSync(path)
    .filter((name) => /^(licen[cs]e|copying|notice)/i.test(name) && !/\.[cm]?[jt]s$/.test(name))
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile())
    .sort();
  if (files.length > 0) return files.map(readText);
  if (licence === 'Apache-2.0')
    return [readText(join(root, 'node_modules/@eshaz/web-worker/LICENSE'))];
  if (licence === 'MIT') {
    const { author } = JSON.parse(readText(join(path, 'package.json'))) as { author?: Author };
    const holder = typeof author === 'object' ? author.name : author;
    const text = readText(join(root, 'LICENSE'));
    return [text.replace(/^Copyright .*$/m, `Copyright (c) ${holder ?? 'its authors'}`)];
  }
  throw new Error(`${folder} holds no text of its licence, ${licence}`);
}

type Author = string | { readonly name: string };

function readText(file: string): string {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim();
}
