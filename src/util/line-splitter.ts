import { StringDecoder } from 'node:string_decoder';

/** Longer lines are cut: a program may print megabytes without a line feed. */
const longest = 1 << 16;

/** Cuts a stream of bytes into whole lines, wherever its pieces end. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #line: (line: string) => void;
  #rest = '';

  constructor(line: (line: string) => void) {
    this.#line = line;
  }

  take(chunk: Uint8Array): void {
    const parts = (this.#rest + this.#decoder.write(Buffer.from(chunk))).split('\n');
    let rest = parts.pop() ?? '';
    // A line may end the stream: then nothing of it is left.
    this.#rest = '';
    for (const part of parts) this.#line(part);
    for (; rest.length > longest; rest = rest.slice(longest)) this.#line(rest.slice(0, longest));
    this.#rest = rest;
  }

  /** The stream has ended: what is left is a line, too. */
  end(): void {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    if (rest !== '') this.#line(rest);
  }
}
