import {
  type AddressGlob,
  matchAddress,
  parseAddress,
  parseGlob,
  taskSelectors,
} from '../address.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Selection } from '../host.ts';
import { err, ok, type Result } from '../result.ts';
import { ancestors, type StageNode, templatesOnly } from './graph.ts';
import { noMatch } from './no-match.ts';

/** What a selection means for a graph: which stages take part, and which tasks run or run again. */
export interface Selected {
  readonly nodes: readonly StageNode[];
  /** May this task run if it is not cached? One that may not stays unsettled. */
  mayRun(node: StageNode, address: string): boolean;
  /** Must this task run though it is cached? */
  forced(node: StageNode, address: string): boolean;
  /**
   * Patterns for tasks (`model[fold=9]`) that cover none of the given ones, though the stage has such
   * tasks (or is complete): they would select nothing.
   */
  idle(tasks: readonly AskedTask[], complete: (node: StageNode) => boolean): readonly Diagnostic[];
}

interface AskedTask {
  readonly node: StageNode;
  readonly address: string;
}

interface Glob {
  readonly text: string;
  readonly glob: AddressGlob;
  /** Its first segment alone: which stages it speaks of. */
  readonly stages: AddressGlob;
  /** It names whole stages, so everything inside takes part. */
  readonly whole: boolean;
}

function covers(glob: AddressGlob, address: string): boolean {
  const parsed = parseAddress(address);
  return parsed.ok && matchAddress(glob, parsed.value);
}

function parse(texts: readonly string[], flag: string, problems: Diagnostic[]): readonly Glob[] {
  const globs: Glob[] = [];
  for (const text of texts) {
    const parsed = parseGlob(text);
    if (parsed.ok) globs.push(glob(text, parsed.value));
    else {
      const { message, column, length } = parsed.error;
      problems.push({
        severity: 'error',
        message: `--${flag}: ${message}`,
        location: { file: 'command line', line: 1, column, length, text },
      });
    }
  }
  return globs;
}

function glob(text: string, value: AddressGlob): Glob {
  const [first] = value;
  const taskLevel =
    value.length > 1 ||
    (first !== undefined && first !== '**' && first.select.some(({ key }) => nestedKeys.has(key)));
  const stage =
    first === undefined || first === '**'
      ? first
      : { name: first.name, select: first.select.filter(({ key }) => !nestedKeys.has(key)) };
  return { text, glob: value, stages: stage === undefined ? [] : [stage], whole: !taskLevel };
}

/** Which of fold, seed, … the first segment speaks of. */
function taskKeys([first]: AddressGlob): readonly string[] {
  if (first === undefined || first === '**') return [];
  return first.select.map(({ key }) => key).filter((key) => nestedKeys.has(key));
}

const nestedKeys = new Set<string>(taskSelectors);

/** Applies `--only`, `--until`, `--from` and `--force`. Globs that match no stage are errors. */
export function select(
  nodes: readonly StageNode[],
  selection: Selection,
): Result<Selected, readonly Diagnostic[]> {
  const problems: Diagnostic[] = [];
  const only = parse(selection.only, 'only', problems);
  const from = parse(selection.from, 'from', problems);
  const until = parse(selection.until, 'until', problems);
  const force = parse(selection.force, 'force', problems);
  const matching = (globs: readonly Glob[]): ReadonlySet<StageNode> => {
    const found = new Set<StageNode>();
    for (const { text, stages } of globs) {
      const hits = nodes.filter((node) => covers(stages, node.address));
      if (hits.length === 0) {
        const addresses = nodes.map(({ address }) => address);
        problems.push(noMatch(text, addresses));
      }
      for (const node of hits) found.add(node);
    }
    return found;
  };
  const targets = matching(only);
  const last = matching(until);
  const first = matching(from.filter(({ whole }) => whole));
  const fromTasks = from.filter(({ whole }) => !whole);
  const firstTasks = matching(fromTasks);
  matching(force);
  if (problems.length > 0) return err(problems);

  const below = (set: ReadonlySet<StageNode>): ReadonlySet<StageNode> => {
    const all = new Set(set);
    // Nodes are in topological order, so one pass reaches every descendant.
    for (const node of nodes) {
      if (Object.values(node.inputs).some((list) => list.some((input) => all.has(input.node))))
        all.add(node);
    }
    return all;
  };
  let chosen: ReadonlySet<StageNode> = new Set(nodes);
  if (only.length > 0) chosen = ancestors(targets);
  if (until.length > 0) {
    const after = below(last);
    chosen = new Set([...chosen].filter((node) => last.has(node) || !after.has(node)));
  }
  // Targets that another target reads take part whole.
  const inputsOf = (node: StageNode): readonly StageNode[] =>
    Object.values(node.inputs).flatMap((list) => list.map((input) => input.node));
  const needed = ancestors([...targets].flatMap(inputsOf));
  // Of a stage whose tasks are named only they run again, and what reads the stage.
  const readers = nodes.filter((node) => inputsOf(node).some((input) => firstTasks.has(input)));
  const forcedStages = below(new Set([...first, ...readers]));
  const tasksOnly = only.filter(({ whole }) => !whole);
  const templates = templatesOnly(nodes.filter((node) => chosen.has(node)));
  return ok({
    nodes: nodes.filter((node) => chosen.has(node) && !templates.has(node)),
    mayRun(node, address) {
      if (tasksOnly.length === 0 || !targets.has(node) || needed.has(node)) return true;
      if (only.some(({ whole, stages }) => whole && covers(stages, node.address))) return true;
      // A task without selectors of its own (the split) is what its selected siblings need.
      const bare = !address.slice(node.address.replace(/\]$/, '').length).includes('=');
      return bare || tasksOnly.some(({ glob: pattern }) => covers(pattern, address));
    },
    forced: (node, address) =>
      forcedStages.has(node) ||
      [...force, ...fromTasks].some(({ glob: pattern }) => covers(pattern, address)),
    idle(tasks, complete) {
      const patterns = [...only, ...from, ...until, ...force].filter(({ whole }) => !whole);
      return patterns.flatMap(({ text, glob: pattern, stages }) => {
        if (tasks.some(({ address }) => covers(pattern, address))) return [];
        const own = nodes.filter((node) => covers(stages, node.address));
        const inside = tasks.filter(({ node }) => own.includes(node));
        const keys = taskKeys(pattern);
        const alike = inside.some(({ address }) => {
          const parsed = parseAddress(address);
          return (
            parsed.ok &&
            keys.length > 0 &&
            keys.every((key) => taskKeys(parsed.value).includes(key))
          );
        });
        if (!alike && !own.every(complete)) return [];
        return [
          noMatch(
            text,
            inside.map(({ address }) => address),
          ),
        ];
      });
    },
  });
}
