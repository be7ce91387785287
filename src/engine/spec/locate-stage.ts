import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Location } from '../diagnostic.ts';
import { displayPath } from './extend.ts';
import { parseYaml } from './parse.ts';
import { Problems } from './problems.ts';
import { locate, type Source } from './source.ts';
import { follow, visible } from './tree.ts';
import type { StageSpec } from './types.ts';

/**
 * Where a checked stage (or a param of it, `split.file`) is written, for problems that show only
 * later. Reads the files anew: a spec that comes from the cache has no places. The spec file is
 * looked at first, then the file that wrote the stage; `undefined` when neither says it any more.
 */
export function locateStage(file: string, stage: StageSpec, param?: string): Location | undefined {
  const path = resolve(file);
  const places = [path, stage.at.file].map((one) =>
    placeIn(one, one === path ? file : displayPath(one, process.cwd()), stage, param),
  );
  const exact = places.find((place) => place?.exact);
  return (exact ?? places[1] ?? places[0])?.location;
}

function placeIn(
  path: string,
  name: string,
  stage: StageSpec,
  param: string | undefined,
): { readonly location: Location; readonly exact: boolean } | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch {
    return undefined;
  }
  const source: Source = { name, path, folder: dirname(path), text };
  const tree = parseYaml(source, new Problems());
  if (!tree) return undefined;
  const start = { key: tree.at, value: tree };
  const found = follow(start, stage.at.path);
  if (found.depth < stage.at.path.length) return undefined;
  const inside = param === undefined ? [] : ['with', ...param.split('.')];
  const place = follow(found, inside);
  const exact = place.depth === inside.length;
  const at = param !== undefined && exact ? visible(place) : found.key;
  return { location: locate(at), exact };
}
