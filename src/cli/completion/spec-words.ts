import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { stageKinds } from '../../kinds.ts';
import { isJsonObject, type Json } from '../../util/json.ts';
import type { Candidate } from './candidate.ts';

/** Bases of bases: more is a circle. */
const deepest = 8;

/** Stages of a spec by name, with their kinds; as far as it can be read, and without checking it. */
export function readStages(file: string | undefined, depth = 0): Readonly<Record<string, string>> {
  const spec = file === undefined || depth > deepest ? undefined : readYaml(file);
  if (file === undefined || !isJsonObject(spec)) return {};
  const bases = [spec['extends'] ?? []].flat().filter((base) => typeof base === 'string');
  const below = bases.map((base) => readStages(resolve(dirname(file), base), depth + 1));
  const stages = isJsonObject(spec['stages']) ? Object.entries(spec['stages']) : [];
  const inherited: Readonly<Record<string, string>> = Object.assign({}, ...below);
  const own = stages.map(([name, stage]) => {
    const uses = isJsonObject(stage) ? stage['uses'] : undefined;
    return [name, typeof uses === 'string' ? uses : (inherited[name] ?? name)] as const;
  });
  return { ...inherited, ...Object.fromEntries(own) };
}

function readYaml(file: string): Json | undefined {
  try {
    return existsSync(file) ? (parse(readFileSync(file, 'utf8')) as Json) : undefined;
  } catch {
    // Being written: there is nothing to offer.
    return undefined;
  }
}

interface ParamSchema {
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly ParamSchema[];
  readonly type?: string;
}

/** `mel.`, then `mel.n_mels=`, then what the param may be where that is a list of words. */
export function overrideWords(file: string | undefined, current: string): readonly Candidate[] {
  const stages = readStages(file);
  const [stage = '', rest] = splitAt(current, '.');
  if (rest === undefined) {
    return Object.entries(stages).map(([name, summary]) => ({ word: `${name}.`, summary }));
  }
  const params = paramsOf(stages[stage]);
  const [param = '', value] = splitAt(rest, '=');
  if (value === undefined) {
    return Object.entries(params).map(([name, { description = '' }]) => ({
      word: `${stage}.${name}=`,
      summary: description.split('. ')[0] ?? '',
    }));
  }
  return wordsOf(params[param]).map((word) => ({ word: `${stage}.${param}=${word}` }));
}

function splitAt(text: string, mark: string): readonly [string, string | undefined] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function paramsOf(kind: string | undefined): Readonly<Record<string, ParamSchema>> {
  return (stageKinds[kind ?? '']?.params.properties ?? {}) as Readonly<Record<string, ParamSchema>>;
}

function wordsOf(schema: ParamSchema | undefined): readonly string[] {
  if (schema === undefined) return [];
  if (schema.type === 'boolean') return ['true', 'false'];
  const alternatives = (schema.anyOf ?? []).flatMap(wordsOf);
  const values = [...(schema.enum ?? []), ...(schema.const === undefined ? [] : [schema.const])];
  return [...values.filter((value) => typeof value === 'string'), ...alternatives];
}
