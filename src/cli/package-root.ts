import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let root: string | undefined;

/** The folder of affekt's own package.json, whether this runs from dist or from source. */
export function packageRoot(): string {
  if (root === undefined) {
    root = dirname(fileURLToPath(import.meta.url));
    while (!existsSync(join(root, 'package.json'))) root = dirname(root);
  }
  return root;
}

export function packageVersion(): string {
  return versionIn(packageRoot()) ?? 'unknown';
}

/** Folder of an installed npm package, found as Node would from affekt's folder. */
export function dependencyFolder(name: string): string | undefined {
  for (let folder = packageRoot(); ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return found;
    if (dirname(folder) === folder) return undefined;
  }
}

export function dependencyVersion(name: string): string | undefined {
  const folder = dependencyFolder(name);
  return folder === undefined ? undefined : versionIn(folder);
}

function versionIn(folder: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      version?: string;
    };
    return version;
  } catch {
    return undefined;
  }
}
