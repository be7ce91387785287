import { relative } from 'node:path';

/** A path as the user can paste it: relative to the working directory where that is shorter. */
export function showPath(path: string, cwd: string): string {
  const near = relative(cwd, path);
  if (near === '') return '.';
  return near.length < path.length && !near.startsWith('../../..') ? near : path;
}
