import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TaskRecord } from '../../../src/engine/record/types.ts';
import { busyTime } from '../../../src/tracking/layout/busy-time.ts';

const test = suite('how long a set of models took');

const span = (from: number, to: number): TaskRecord =>
  ({
    runtime: { started: new Date(from).toISOString(), ended: new Date(to).toISOString() },
  }) as TaskRecord;
const day = 86_400_000;

test('tasks side by side count once, the night between two of them not at all', () => {
  assert.is(busyTime([]), 0);
  assert.is(busyTime([span(0, 100), span(50, 120)]), 120);
  assert.is(busyTime([span(day, day + 40), span(0, 100)]), 140);
  assert.is(busyTime([span(0, 100), span(20, 30), span(90, 110)]), 110);
});

test.run();
