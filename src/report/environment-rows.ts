import { isJsonObject, type Json } from '../util/json.ts';

/** What a run ran on, from its `environment.json` and `provenance.json`; what they lack is left out. */
export function environmentRows(
  environment: Json,
  provenance: Json,
): readonly (readonly [string, string])[] {
  const of = (from: Json, key: string): string => {
    const value = isJsonObject(from) ? from[key] : undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const versions = isJsonObject(environment) ? (environment['versions'] ?? null) : null;
  const dirty = isJsonObject(provenance) && provenance['dirty'] === true;
  const memory = Number(of(environment, 'memory_bytes')) / 1e9;
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['affekt', [of(versions, 'affekt'), word('build', of(versions, 'build'))]],
    ['ONNX Runtime', [of(versions, 'onnxruntime-node')]],
    ['Node', [of(environment, 'node')]],
    ['System', [of(environment, 'platform'), of(environment, 'release'), of(environment, 'arch')]],
    [
      'Processor',
      [
        of(environment, 'cpu'),
        word('×', of(environment, 'cpus')),
        memory > 0 ? `with ${memory.toFixed(0)} GB of memory` : '',
      ],
    ],
    [
      'Commit',
      [
        of(provenance, 'commit').slice(0, 12),
        word('on', of(provenance, 'branch')),
        dirty ? 'with changes (dirty.diff)' : '',
      ],
    ],
  ];
  return rows.flatMap(([name, parts]) => {
    const value = parts.filter((part) => part !== '').join(' ');
    return value === '' ? [] : [[name, value] as const];
  });
}

function word(before: string, value: string): string {
  return value === '' ? '' : `${before} ${value}`;
}
