import type { Listener } from '../engine/event.ts';
import type { Io } from './io.ts';
import { createJsonReporter } from './json-reporter.ts';
import { createLiveReporter } from './live-reporter.ts';
import type { Reporter } from './reporter.ts';
import { createTextReporter } from './text-reporter.ts';

/** The presentation that fits the output: lines of JSON, a live block on a terminal, plain lines. */
export function createReporter(json: boolean, jobs: number, io: Io): Reporter {
  if (json) return createJsonReporter(io.out);
  const live = io.out.terminal && !io.env['CI'] && io.env['TERM'] !== 'dumb';
  return live ? createLiveReporter(io.out, jobs) : createTextReporter(io.out, jobs);
}

/** Closes the reporter once; events that come later (a worker that ends late) are not shown. */
export function quietAfterEnd(reporter: Reporter): { ended: () => void; listener: Listener } {
  let open = true;
  return {
    ended() {
      if (open) reporter.close();
      open = false;
    },
    listener(event) {
      if (open) reporter.listener(event);
    },
  };
}
