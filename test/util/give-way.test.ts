import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { giveWay } from '../../src/util/give-way.ts';

const test = suite('processes that give way');

test('a process in a session of its own gives way to other sessions, too', () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { detached: true });
  const { pid = 0 } = child;
  try {
    giveWay(pid);
    assert.is(getPriority(pid), constants.priority.PRIORITY_BELOW_NORMAL);
    const group = `/proc/${pid}/autogroup`;
    // Only where the kernel weighs sessions against each other is there something to tell.
    if (existsSync(group)) assert.match(readFileSync(group, 'utf8'), /nice 10$/m);
  } finally {
    child.kill('SIGKILL');
  }
});

test('one that is gone is no reason to fail', () => {
  giveWay(2 ** 22 + 1);
});

test.run();
