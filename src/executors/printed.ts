import type { Readable } from 'node:stream';
import { LineSplitter } from '../util/line-splitter.ts';
import { endOfJob } from './messages.ts';

/** How long the output of a job that has answered is waited for: own code may have closed the stream. */
const drainMs = 1_000;

/** What a job prints on a stream of its worker: lines that came together are handed on together. */
export class Printed {
  readonly #stream: Readable | null;
  readonly #ended: Promise<boolean>;
  #stop: (whole: boolean) => void = () => undefined;

  constructor(stream: Readable | null, log: (lines: string) => void) {
    this.#stream = stream;
    this.#ended = new Promise((resolve) => {
      let lines: string[] = [];
      const tell = (): void => {
        if (lines.length > 0) log(lines.join('\n'));
        lines = [];
      };
      const splitter = new LineSplitter((line) => {
        const isEnd = line.endsWith(endOfJob);
        const text = isEnd ? line.slice(0, -endOfJob.length) : line;
        if (!isEnd || text !== '') lines.push(text);
        if (isEnd) this.#stop(true);
      });
      const take = (chunk: Buffer): void => {
        splitter.take(chunk);
        tell();
      };
      const close = (): void => this.#stop(false);
      this.#stop = (whole) => {
        stream?.off('data', take).off('end', close);
        splitter.end();
        tell();
        resolve(whole);
      };
      stream?.on('data', take).on('end', close);
    });
  }

  /** Resolves when all that the job printed has been handed on: false where its end was not seen. */
  async end(): Promise<boolean> {
    if (this.#stream === null || this.#stream.readableEnded) this.#stop(false);
    const timer = setTimeout(() => this.#stop(false), drainMs);
    const whole = await this.#ended;
    clearTimeout(timer);
    return whole;
  }
}
