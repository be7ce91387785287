import { createEventLines } from './event-lines.ts';
import type { Output } from './io.ts';
import { createLiveBlock } from './live-block.ts';
import { liveLines } from './live-lines.ts';
import type { Reporter } from './reporter.ts';
import { createStyle } from './style.ts';

/** At most ten redraws a second. */
const interval = 100;
const rows = 8;

/** For a terminal: lines that stay as in the text reporter, and bars that move below them. */
export function createLiveReporter(out: Output, jobs: number): Reporter {
  const style = createStyle(out.colour);
  const lines = createEventLines(style);
  const block = createLiveBlock(out);
  let started: number | undefined;

  const draw = (): void => {
    if (started === undefined) return;
    const now = Date.now();
    const width = out.width();
    block.draw(liveLines(lines.progress, { now, started, width, jobs, style, rows }));
  };
  const timer = setInterval(draw, interval);
  timer.unref();

  return {
    listener(event) {
      started ??= event.time;
      block.print(lines.next(event));
    },
    note: (line) => block.print([line]),
    close() {
      clearInterval(timer);
      block.close();
    },
  };
}
