import * as assert from 'uvu/assert';
import type { ReadSpecOptions } from '../../../src/engine/spec/read-spec.ts';
import { readWrong } from './read.ts';

/** Place (`line:column`, or `file:line:column` outside the spec), part of the message, nearest value. */
export type Expected = readonly [place: string, fragment: string, nearest?: string | undefined];

/**
 * Every problem of a spec, in order: the place to the column, what the message says, and the
 * suggestion (none where none is expected). More or fewer problems than expected fail.
 */
export async function expectWrong(
  spec: string | Readonly<Record<string, string | Uint8Array>>,
  expected: readonly Expected[],
  options: Partial<ReadSpecOptions> = {},
): Promise<void> {
  const found = await readWrong(spec, options);
  const got = found.map(({ location, message, nearest }) => {
    const file = location?.file === 'spec.yaml' ? '' : `${location?.file}:`;
    const place = location ? `${file}${location.line}:${location.column}` : 'nowhere';
    return `${place} ${message}${nearest === undefined ? '' : ` [${nearest}]`}`;
  });
  const list = `\n  ${got.join('\n  ')}`;
  assert.is(found.length, expected.length, `${expected.length} problems expected, found:${list}`);
  for (const [i, [place, fragment, nearest]] of expected.entries()) {
    const line = got[i] ?? '';
    assert.ok(line.startsWith(`${place} `), `expected a problem at ${place}, found:${list}`);
    assert.ok(line.includes(fragment), `expected "${fragment}", found:${list}`);
    assert.is(found[i]?.nearest, nearest, `suggestion of: ${line}`);
  }
}
