import type { Json } from '../util/json.ts';
import { matchAddress, parseAddress, parseGlob } from './address.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Digest } from './digest.ts';
import type { RunReason } from './event.ts';
import type { Experiment } from './experiment.ts';
import { type Host, selectAll } from './host.ts';
import { keyFields, recordedKeyData } from './plan/key-diff.ts';
import { noMatch } from './plan/no-match.ts';
import { err, ok, type Result } from './result.ts';
import { Session } from './session.ts';

/** A task's key field by field, beside the key that its address had in the last run. */
export interface Explanation {
  readonly address: string;
  readonly kind: string;
  readonly status: 'cached' | 'run' | 'depends';
  readonly key?: Digest;
  readonly reason?: RunReason;
  readonly fields: readonly {
    readonly field: string;
    readonly value: Json | null;
    readonly before?: Json;
    readonly same: boolean;
  }[];
  readonly previousRun?: string;
}

/** Explains every task that the glob covers; a stage whose key is not known yet `depends`. */
export async function explainExperiment(
  host: Host,
  experiment: Experiment,
  wanted: string,
): Promise<Result<readonly Explanation[], readonly Diagnostic[]>> {
  const glob = parseGlob(wanted);
  if (!glob.ok) {
    const { message, column, length } = glob.error;
    const location = { file: 'command line', line: 1, column, length, text: wanted };
    return err([{ severity: 'error', message, location }]);
  }
  const opened = Session.open(host, experiment, selectAll);
  if (!opened.ok) return opened;
  const session = opened.value;
  try {
    const planner = await session.plan();
    const covers = (address: string): boolean => {
      const parsed = parseAddress(address);
      return parsed.ok && matchAddress(glob.value, parsed.value);
    };
    const explanations: Explanation[] = [];
    const explained = new Set<string>();
    for (const request of planner.requests) {
      if (!covers(request.address)) continue;
      explained.add(request.node.address);
      const found = session.lookup.find(request);
      const last = session.history.last(request.address);
      const now = keyFields(request.data);
      const before =
        last === undefined ? new Map<string, Json>() : keyFields(recordedKeyData(last.record));
      explanations.push({
        address: request.address,
        kind: request.kind.kind,
        status: found.cached ? 'cached' : 'run',
        key: request.key,
        ...(found.cached ? {} : { reason: found.reason }),
        fields: [...new Set([...now.keys(), ...before.keys()])].map((field) => {
          const was = before.get(field);
          const value = now.get(field) ?? null;
          return {
            field,
            value,
            ...(was === undefined ? {} : { before: was }),
            same: JSON.stringify(was ?? null) === JSON.stringify(value),
          };
        }),
        ...(last === undefined ? {} : { previousRun: last.run }),
      });
    }
    for (const node of session.selected.nodes) {
      if (!covers(node.address) || explained.has(node.address)) continue;
      explanations.push({
        address: node.address,
        kind: node.kind.kind,
        status: 'depends',
        fields: [],
      });
    }
    if (explanations.length === 0) {
      const known = [...session.selected.nodes, ...planner.requests].map(({ address }) => address);
      return err([noMatch(wanted, [...new Set(known)])]);
    }
    return ok(explanations);
  } finally {
    session.close();
  }
}
