import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createEventLines } from '../../src/cli/event-lines.ts';
import type { Output } from '../../src/cli/io.ts';
import { wantsColour } from '../../src/cli/io.ts';
import { createLiveBlock } from '../../src/cli/live-block.ts';
import { drawBar, drawCurve, liveLines } from '../../src/cli/live-lines.ts';
import { Progress } from '../../src/cli/progress.ts';
import { stageOf } from '../../src/cli/stage-of.ts';
import { createStyle } from '../../src/cli/style.ts';
import type { Event, StampedEvent } from '../../src/engine/event.ts';

const test = suite('live view');
const style = createStyle(false);
const key = 'k';
const kind = 'melspec';

function queued(address: string, estimate?: number, kind = 'melspec'): Event {
  const reason = { why: 'new' } as const;
  return {
    type: 'task-queued',
    address,
    kind,
    key,
    reason,
    ...(estimate === undefined ? {} : { estimate }),
  };
}
const started = (address: string): Event => ({
  type: 'task-started',
  address,
  kind,
  key,
  log: '',
  started: 0,
});
const done = (address: string, seconds: number): Event => ({
  type: 'task-done',
  address,
  kind,
  key,
  seconds,
});

function progressOf(events: readonly (readonly [number, Event])[]): Progress {
  const progress = new Progress();
  for (const [seconds, event] of events) progress.apply({ ...event, time: seconds * 1000 });
  return progress;
}

/** Ten chunks of 4 s each, as estimated; three are over and two run, at 10 s. */
const chunks = Array.from({ length: 10 }, (_, i) => `mel[chunk=${i}]`);
const halfway = progressOf([
  ...chunks.map((address) => [0, queued(address, 9)] as const),
  [0, started('mel[chunk=0]')],
  [0, started('mel[chunk=1]')],
  [4, done('mel[chunk=0]', 4)],
  [4, started('mel[chunk=2]')],
  [5, done('mel[chunk=1]', 4)],
  [8, done('mel[chunk=2]', 4)],
  [8, started('mel[chunk=3]')],
  [9, started('mel[chunk=4]')],
]);

test('one line per running stage, with time from its own tasks', () => {
  // Left: five chunks of 4 s, and 2 + 3 s of the running ones, on two processes.
  const lines = liveLines(halfway, { now: 10_000, started: 0, width: 80, jobs: 2, style, rows: 8 });
  assert.equal(lines, [
    '  mel           ███████▏░░░░░░░░░░░░░░░░  3/10  10 s, 13 s left',
    '  3/10 tasks  10 s, about 13 s left',
  ]);
});

test('no line reaches the last column, whatever the width', () => {
  for (let width = 1; width <= 130; width++) {
    for (const line of liveLines(halfway, {
      now: 10_000,
      started: 0,
      width,
      jobs: 2,
      style,
      rows: 8,
    })) {
      assert.ok(line.length < Math.max(2, width), `${width}: ${line}`);
    }
  }
});

test('without any estimate no time left is claimed', () => {
  const progress = progressOf([
    [0, queued('a')],
    [0, started('a')],
  ]);
  const lines = liveLines(progress, { now: 5000, started: 0, width: 80, jobs: 2, style, rows: 8 });
  assert.not.match(lines.join('\n'), /left/);
});

test('what short tasks of one kind took tells nothing of another kind', () => {
  const folds = ['cnn[fold=1]', 'cnn[fold=2]', 'cnn[fold=3]'];
  const begun = [
    [0, queued('cnn/split', undefined, 'split')],
    [0, started('cnn/split')],
    [0, { ...done('cnn/split', 0.1), kind: 'split' }],
    ...folds.map((address) => [0, queued(address, undefined, 'train-network')] as const),
    [0, started('cnn[fold=1]')],
  ] as const;
  const view = { now: 10_000, started: 0, width: 80, jobs: 1, style, rows: 8 };
  assert.not.match(liveLines(progressOf(begun), view).join('\n'), /left/);
  // A third of the first fold in 10 s: 20 s of it are left, and 30 s for each of the others.
  const third = { type: 'task-progress', address: 'cnn[fold=1]', done: 10, total: 30 } as const;
  const told = liveLines(progressOf([...begun, [10, third]]), view);
  assert.match(told.at(-1) ?? '', /about 1 min 20 s left$/);
});

test('a single task counts its own steps', () => {
  const progress = progressOf([
    [0, queued('fit')],
    [0, started('fit')],
    [6, { type: 'task-progress', address: 'fit', done: 12, total: 30 }],
  ]);
  const [line] = liveLines(progress, { now: 6000, started: 0, width: 80, jobs: 2, style, rows: 8 });
  assert.match(line ?? '', / 12\/30 {2}6\.0 s, 9\.0 s left$/);
});

test('many running stages are counted, not scrolled', () => {
  const progress = progressOf(Array.from({ length: 20 }, (_, i) => [0, started(`s${i}`)]));
  const lines = liveLines(progress, { now: 1000, started: 0, width: 80, jobs: 20, style, rows: 8 });
  assert.is(lines.length, 10);
  assert.match(lines[8] ?? '', /and 12 more/);
});

test('one long task is not divided among the processes', () => {
  const progress = progressOf([
    [0, queued('fit', 100)],
    [0, started('fit')],
  ]);
  const lines = liveLines(progress, {
    now: 40_000,
    started: 0,
    width: 80,
    jobs: 4,
    style,
    rows: 8,
  });
  assert.match(lines[1] ?? '', /about 1 min 00 s left$/);
});

test('what an interrupt stops is not told as failed', () => {
  const lines = createEventLines(style);
  const events: readonly Event[] = [
    { type: 'task-failed', address: 'a', kind, key, failure: { reason: 'cancelled' }, log: '' },
    { type: 'stage-blocked', address: 'b', by: 'a' },
    {
      type: 'task-failed',
      address: 'c',
      kind,
      key,
      failure: { reason: 'timeout', seconds: 9 },
      log: '',
    },
    { type: 'stage-blocked', address: 'd', by: 'c' },
  ];
  const shown = events.flatMap((event) => lines.next({ ...event, time: 0 }));
  assert.is(shown.length, 2);
  assert.match(shown[1] ?? '', /^- d +not tried: c failed$/);
});

test('bars are as wide as asked', () => {
  for (const part of [0, 0.001, 0.5, 0.999, 1, 2]) assert.is(drawBar(part, 10).length, 10);
});

function recorder(): { out: Output; text: () => string } {
  let text = '';
  const out = {
    write: (chunk: string) => {
      text += chunk;
    },
    lost: () => undefined,
    terminal: true,
    width: () => 80,
    colour: false,
  };
  return { out, text: () => text };
}

/** What a terminal shows after this output: enough of a terminal for our escape sequences. */
function screen(text: string): readonly string[] {
  const rows: string[] = [''];
  let row = 0;
  // A visible letter for the escape character keeps the patterns readable.
  for (const [part] of text
    .replaceAll('\u001b', '␛')
    .matchAll(/␛\[[?0-9]*[A-Za-z]|\n|\r|[^␛\n\r]+/g)) {
    const up = /^␛\[(\d+)A$/.exec(part);
    if (part === '\n') rows[++row] ??= '';
    else if (up) row -= Number(up[1]);
    else if (part === '␛[J') rows.splice(row, rows.length, '');
    else if (!part.startsWith('␛') && part !== '\r') rows[row] += part;
  }
  return rows;
}

test('the block is redrawn in place, and lines that stay scroll above it', () => {
  const { out, text } = recorder();
  const block = createLiveBlock(out);
  block.draw(['a 1', 'b 1']);
  block.print(['stays 1']);
  block.draw(['a 2', 'b 2', 'c 2']);
  block.draw(['a 3']);
  block.print(['stays 2', 'stays 3']);
  assert.equal(screen(text()), ['stays 1', 'stays 2', 'stays 3', 'a 3', '']);
  block.close();
  assert.equal(screen(text()), ['stays 1', 'stays 2', 'stays 3', '']);
  assert.ok(text().endsWith('\u001b[?25h'), 'the cursor is shown again');
});

test('chunks make no line of their own; cached stages share one', () => {
  const lines = createEventLines(style);
  const events: readonly Event[] = [
    { type: 'stage-done', address: 'a', cached: true },
    { type: 'stage-done', address: 'b', cached: true },
    ...chunks.flatMap((address) => [queued(address), started(address), done(address, 4)]),
    { type: 'stage-done', address: 'mel', cached: false },
    { type: 'stage-done', address: 'c', cached: true },
    { type: 'run-finished', state: 'done', ran: 10, cached: 3, failed: 0, seconds: 9 },
  ];
  const shown = events.flatMap((event): readonly string[] => {
    const stamped: StampedEvent = { ...event, time: 0 };
    return lines.next(stamped);
  });
  assert.equal(
    shown.map((line) => line.replace(/ {2,}/g, '  ')),
    ['= a, b  cached', '✓ mel  0.0 s  10 tasks', '= c  cached'],
  );
});

test('tasks belong to the stage whose address they extend', () => {
  const cases = {
    mel: 'mel',
    'mel[chunk=0f]': 'mel',
    'mel[front=a,chunk=0f]': 'mel[front=a]',
    'mel[front="a, b",chunk=0f]/x': 'mel[front="a, b"]',
    'cnn[fold=3,seed=1]': 'cnn',
    'cnn/split': 'cnn',
    'search[trial=17]/cnn[fold=3]': 'search',
    'mel[mel.n_mels=80]': 'mel[mel.n_mels=80]',
  };
  for (const [address, stage] of Object.entries(cases)) assert.is(stageOf(address), stage);
});

test('colour follows NO_COLOR, FORCE_COLOR and the terminal', () => {
  assert.is(wantsColour(true, {}), true);
  assert.is(wantsColour(false, {}), false);
  assert.is(wantsColour(true, { NO_COLOR: '1' }), false);
  assert.is(wantsColour(true, { NO_COLOR: '' }), true);
  assert.is(wantsColour(true, { TERM: 'dumb' }), false);
  assert.is(wantsColour(false, { FORCE_COLOR: '1' }), true);
  assert.is(wantsColour(true, { FORCE_COLOR: '0' }), false);
  assert.is(wantsColour(false, { FORCE_COLOR: '1', NO_COLOR: '1' }), false);
});

test('figures of running tasks stand below their stage, the first one as a curve', () => {
  const address = 'cnn[fold=2,seed=1]';
  const told = (done: number, loss: number): Event => ({
    ...{ type: 'task-progress', address, done, total: 4 },
    figures: { loss, uar: 0.61234, 'clips/s': 1240.4 },
  });
  const progress = progressOf([
    [0, queued(address)],
    [0, started(address)],
    [1, told(1, 1.6)],
    [2, told(2, 0.8341)],
  ]);
  const [, line] = liveLines(progress, {
    ...{ now: 2000, started: 0, width: 100, jobs: 2, style, rows: 8 },
  });
  assert.is(
    line,
    `    fold=2,seed=1     █▁${' '.repeat(22)}  loss 0.834  uar 0.612  clips/s 1,240`,
  );
  const narrow = liveLines(progress, {
    ...{ now: 2000, started: 0, width: 40, jobs: 2, style, rows: 8 },
  });
  assert.ok(narrow.every((one) => one.length < 40));
});

test('a curve shows all of a long training', () => {
  const falling = Array.from({ length: 800 }, (_, i) => 800 - i);
  assert.is(drawCurve(falling, 8), '█▇▆▅▄▃▂▁');
  assert.is(drawCurve([1, 1], 8), '▁▁');
});

test.run();
