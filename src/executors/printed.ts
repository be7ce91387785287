import type { Readable } from 'node:stream';
import { LineSplitter } from '../util/line-splitter.ts';
import { endOfJob } from './messages.ts';

/** How long the output of a job that has answered is waited for: own code may have closed the stream. */
const drainMs = 1_000;

/** What a job prints on a stream of its worker: lines that came together are handed on together. */
export class Printed {
  readonly #stream: Readable | null;
  readonly #log: (lines: string) => void;
  readonly #splitter = new LineSplitter((line) => this.#line(line));
  #lines: string[] = [];
  /** The end was seen, or the stream ended without it. */
  #whole: boolean | undefined;
  #told: ((whole: boolean) => void) | undefined;

  constructor(stream: Readable | null, log: (lines: string) => void) {
    this.#stream = stream;
    this.#log = log;
    stream?.on('data', this.#take).on('end', this.#cut);
  }

  /** Resolves when all that the job printed has been handed on: false where its end was not seen. */
  end(): Promise<boolean> {
    if (this.#stream === null || this.#stream.readableEnded) this.#cut();
    if (this.#whole !== undefined) return Promise.resolve(this.#whole);
    return new Promise((resolve) => {
      const timer = setTimeout(this.#cut, drainMs);
      this.#told = (whole) => {
        clearTimeout(timer);
        resolve(whole);
      };
    });
  }

  readonly #take = (chunk: Buffer): void => {
    this.#splitter.take(chunk);
    this.#handOn();
  };

  readonly #cut = (): void => this.#stop(false);

  #line(line: string): void {
    const isEnd = line.endsWith(endOfJob);
    const text = isEnd ? line.slice(0, -endOfJob.length) : line;
    if (!isEnd || text !== '') this.#lines.push(text);
    if (isEnd) this.#stop(true);
  }

  #stop(whole: boolean): void {
    if (this.#whole !== undefined) return;
    this.#whole = whole;
    this.#stream?.off('data', this.#take).off('end', this.#cut);
    this.#splitter.end();
    this.#handOn();
    this.#told?.(whole);
  }

  #handOn(): void {
    if (this.#lines.length > 0) this.#log(this.#lines.join('\n'));
    this.#lines = [];
  }
}
