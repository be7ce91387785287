import { setTimeout } from 'node:timers/promises';
import type { CorpusEntry } from '../../corpora/entry.ts';
import type { Remote } from '../../corpora/remote.ts';
import { DownloadError } from '../../download/download-error.ts';
import { describeRemote, obtain } from '../../download/obtain.ts';
import type { Progress, Tools } from '../../download/tools.ts';
import { createRandom } from '../../util/random.ts';
import { exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { createLiveBlock } from '../live-block.ts';
import { listenForInterrupts } from '../signals.ts';
import { createStyle } from '../style.ts';
import { createTransferLine } from './transfer-line.ts';

export interface DownloadRequest {
  readonly entry: CorpusEntry;
  readonly remotes: readonly Remote[];
  /** The corpus's folder in the data store. */
  readonly store: string;
  readonly unpinned: boolean;
}

/** Downloads a corpus, telling on the terminal how it goes; an exit code where nothing came of it. */
export async function download(
  { entry, remotes, store, unpinned }: DownloadRequest,
  io: Io,
): Promise<{ readonly folder: string; readonly from: string } | number> {
  const interrupt = listenForInterrupts(() => io.err.write('stopping; what is here is kept\n'));
  const screen = watch(io);
  const tools: Tools = {
    signal: interrupt.signal,
    wait: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
    now: Date.now,
    random: createRandom(Date.now()),
    env: io.env,
    progress: screen.progress,
    say: screen.say,
  };
  try {
    const { folder, remote } = await obtain(tools, entry, { remotes, store, unpinned });
    return { folder, from: describeRemote(remote) };
  } catch (error) {
    screen.close();
    const code = interrupt.code();
    if (code !== undefined) return code;
    if (!(error instanceof DownloadError)) throw error;
    const { bold, red } = createStyle(io.err.colour);
    io.err.write(`${bold(red('error:'))} ${error.message}\n`);
    if (error.hint !== undefined) io.err.write(`  ${error.hint}\n`);
    return exitCode.failed;
  } finally {
    screen.close();
    interrupt.dispose();
  }
}

interface Screen {
  progress(state: Progress): void;
  say(line: string): void;
  close(): void;
}

/** Milliseconds between two pictures. */
const frame = 200;

/** On a terminal one line that is redrawn; elsewhere only what is said. */
function watch({ out }: Io): Screen {
  if (!out.terminal) {
    return {
      progress: () => undefined,
      say: (line) => out.write(`${line}\n`),
      close: () => undefined,
    };
  }
  const block = createLiveBlock(out);
  const line = createTransferLine();
  let drawn = 0;
  return {
    progress(state) {
      const now = Date.now();
      if (now - drawn < frame && state.files < state.allFiles) return;
      drawn = now;
      block.draw([line(state, now).slice(0, out.width() - 1)]);
    },
    say: (text) => block.print([text]),
    close: () => block.close(),
  };
}
