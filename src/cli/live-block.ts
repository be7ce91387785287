import type { Output } from './io.ts';

/** Lines at the bottom of a terminal that are redrawn in place, below lines that stay. */
export interface LiveBlock {
  /** Prints lines that stay, above the block. */
  print(lines: readonly string[]): void;
  /** Replaces the block. Lines must not be wider than the terminal. */
  draw(lines: readonly string[]): void;
  /** Removes the block and shows the cursor again. */
  close(): void;
}

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

export function createLiveBlock(out: Output): LiveBlock {
  let shown: readonly string[] = [];
  let open = true;

  /** Goes to the block's first column and row, and clears from there on. */
  const erase = (): string => (shown.length === 0 ? '' : `\r\u001b[${shown.length}A\u001b[J`);
  const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
  // Also on a crash or a hard exit: a terminal without a cursor is a broken one.
  const restore = (): void => {
    if (open) out.write(showCursor);
  };
  process.on('exit', restore);
  out.write(hideCursor);

  return {
    print(lines) {
      if (lines.length > 0) out.write(`${erase()}${text(lines)}${text(shown)}`);
    },
    draw(lines) {
      if (lines.length === shown.length && lines.every((line, i) => line === shown[i])) return;
      const before = erase();
      shown = lines;
      out.write(`${before}${text(lines)}`);
    },
    close() {
      if (!open) return;
      out.write(`${erase()}${showCursor}`);
      shown = [];
      open = false;
      process.off('exit', restore);
    },
  };
}
