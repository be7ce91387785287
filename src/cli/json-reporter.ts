import type { Output } from './io.ts';
import type { Reporter } from './reporter.ts';

/** Every event as a line of JSON. */
export function createJsonReporter(out: Output): Reporter {
  return {
    listener: (event) => out.write(`${JSON.stringify(event)}\n`),
    note: () => {},
    close: () => {},
  };
}
