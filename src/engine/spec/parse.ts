import type { Document, Node, Pair, ParsedNode } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, parseDocument, visit } from 'yaml';
import { grouped } from '../../util/count.ts';
import type { Problems } from './problems.ts';
import type { At, Source } from './source.ts';
import type { Entry, ScalarTree, Tree } from './tree.ts';
import { listTree, mapTree, maxExpandedValues, scalarTree } from './tree.ts';
import { isUnclosed, yamlWords } from './yaml-words.ts';

/** Deeper nesting has no meaning in a spec, and recursion has to end somewhere. */
const maxDepth = 100;

/**
 * YAML 1.2 text (core schema) to a tree with places. `offset` starts inside the source's text, for
 * the value of a command-line argument. `undefined` when a problem was reported or nothing is there.
 */
export function parseYaml(source: Source, problems: Problems, offset = 0): Tree | undefined {
  const text = offset === 0 ? source.text : source.text.slice(offset);
  // The library's own check of unique keys compares every pair: quadratic in the number of stages.
  const document = parseDocument(text, {
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  const issue = document.errors[0] ?? document.warnings[0];
  if (issue) {
    // One mistake makes the parser stumble on; only the first place is telling.
    const [start, end] = opening(document, text, issue.code, issue.message) ?? issue.pos;
    problems.error({
      at: { source, start: start + offset, end: Math.max(end, start + 1) + offset },
      ...yamlWords(issue.code, issue.message),
    });
    return undefined;
  }
  if (document.directives?.yaml.explicit && document.directives.yaml.version !== '1.2') {
    problems.error({ at: { source, start: 0, end: 5 }, ...yamlWords('BAD_DIRECTIVE', '') });
    return undefined;
  }
  const failed = problems.failed;
  const tree = new Converter(source, offset, problems).convert(document);
  return problems.failed && !failed ? undefined : tree;
}

/** What is never closed is reported at the end of the text; the place to look at is where it opens. */
function opening(
  document: Document.Parsed,
  text: string,
  code: string,
  message: string,
): readonly [number, number] | undefined {
  const quote = code === 'MISSING_CHAR' && message.includes('quote');
  if (!quote && !isUnclosed(code, message)) return undefined;
  let found: number | undefined;
  visit(document, {
    Scalar(_, { type, range }) {
      if (quote && range && type?.startsWith('QUOTE')) found = range[0];
    },
    Collection(_, { flow, range }) {
      if (!quote && flow && range && !/[\]}]/.test(text.charAt(range[1] - 1))) found = range[0];
    },
  });
  return found === undefined ? undefined : [found, found + 1];
}

class Converter {
  readonly #source: Source;
  readonly #offset: number;
  readonly #problems: Problems;
  /** Branch of each anchor met so far; `undefined` while it is being built. */
  readonly #anchors = new Map<string, Tree | undefined>();
  #expanded = 0;

  constructor(source: Source, offset: number, problems: Problems) {
    this.#source = source;
    this.#offset = offset;
    this.#problems = problems;
  }

  convert(document: Document.Parsed): Tree | undefined {
    return document.contents === null ? undefined : this.#tree(document.contents, 0);
  }

  #at(node: Node | null): At {
    const [start, end] = node?.range ?? [0, 0];
    return { source: this.#source, start: start + this.#offset, end: end + this.#offset };
  }

  #tree(node: ParsedNode, depth: number): Tree {
    const at = this.#at(node);
    if (depth > maxDepth) {
      this.#problems.error({ at, ...yamlWords('RESOURCE_EXHAUSTION', '') });
      return scalarTree(at, null);
    }
    if (isAlias(node)) return this.#alias(node.source, at);
    const anchor = node.anchor;
    if (anchor) this.#anchors.set(anchor, undefined);
    let tree: Tree;
    if (isMap(node))
      tree = this.#map(node.items as Pair<ParsedNode, ParsedNode | null>[], at, depth);
    else if (isSeq(node)) {
      tree = listTree(
        at,
        (node.items as ParsedNode[]).map((item) =>
          // `[a: 1]` is a one-pair map without braces; the library gives it as a map already.
          this.#tree(item, depth + 1),
        ),
      );
    } else tree = this.#scalar(node.value, node.source ?? '', at);
    if (anchor) this.#anchors.set(anchor, tree);
    return tree;
  }

  #alias(name: string, at: At): Tree {
    const target = this.#anchors.get(name);
    if (!target) {
      const inside = this.#anchors.has(name);
      this.#problems.error({
        at,
        message: inside ? `alias "*${name}" contains itself` : `no anchor "&${name}" above`,
        nearest: inside ? undefined : this.#problems.nearest(name, this.#anchors.keys()),
      });
      return scalarTree(at, null);
    }
    this.#expanded += target.size;
    if (this.#expanded > maxExpandedValues) {
      this.#problems.error({
        at,
        message: `aliases expand to more than ${grouped(maxExpandedValues)} values`,
        hint: 'Write out what is needed, or make it a matrix.',
      });
      return scalarTree(at, null);
    }
    return target;
  }

  #map(pairs: readonly Pair<ParsedNode, ParsedNode | null>[], at: At, depth: number): Tree {
    const entries = new Map<string, Entry>();
    for (const pair of pairs) {
      const key = this.#at(pair.key);
      const name = this.#key(pair.key, key);
      if (name === undefined) continue;
      const before = entries.get(name);
      if (before) {
        this.#problems.error({
          at: key,
          message: `key "${name}" is given twice`,
          related: [{ message: 'first given here', at: before.key }],
        });
        continue;
      }
      const value = pair.value
        ? this.#tree(pair.value, depth + 1)
        : scalarTree({ ...key, start: key.end }, null);
      entries.set(name, { key, value });
    }
    return mapTree(at, entries);
  }

  /** Keys are texts. `1:` and `yes:` are taken as written, since a map of labels may have them. */
  #key(node: ParsedNode, at: At): string | undefined {
    if (isScalar(node)) {
      const plain = node.type === 'PLAIN';
      const text = typeof node.value === 'string' ? node.value : (node.source ?? '');
      if (plain && text === '<<') {
        this.#problems.error({
          at,
          message: 'merge keys (<<) are not supported',
          hint: 'Use "extends" for whole files, vars for values, or write the keys out.',
        });
        return undefined;
      }
      if (text !== '' || !plain) return text;
    }
    this.#problems.error({
      at,
      message: isScalar(node) ? 'a key is empty' : 'a key must be a text',
      hint: isScalar(node) ? undefined : 'Quote a key that has brackets in it.',
    });
    return undefined;
  }

  #scalar(value: unknown, source: string, at: At): ScalarTree {
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) {
        this.#problems.error({ at, message: `${source} is not a finite number` });
        return scalarTree(at, 0);
      }
      if (Number.isInteger(value) && !Number.isSafeInteger(value) && !/[.e]/i.test(source)) {
        this.#problems.error({
          at,
          message: `${source} is too large for an exact integer`,
          hint: `Integers go up to ${Number.MAX_SAFE_INTEGER}; quote it if it is a text.`,
        });
        return scalarTree(at, 0);
      }
      return scalarTree(at, value === 0 ? 0 : value);
    }
    if (typeof value === 'string' || typeof value === 'boolean') return scalarTree(at, value);
    return scalarTree(at, null);
  }
}
