/** Where a command reads its surroundings from and writes to; `main` makes the real one. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Output;
  readonly err: Output;
}

export interface Output {
  write(text: string): void;
  /** Why what was written did not arrive (ENOSPC); a reader that went away is no reason. */
  readonly lost: () => string | undefined;
  /** Somebody watches: lines may be redrawn. */
  readonly terminal: boolean;
  /** Columns of the terminal; 80 where it is not known. */
  readonly width: () => number;
  readonly colour: boolean;
}

/**
 * Wraps a stream of the process. A reader that went away (`affekt plan | head -1`) or a full disk
 * behind it silences the output: a run whose `tee` died goes on, its journal is on the disk. The disk is
 * told at the end.
 */
export function createOutput(stream: NodeJS.WriteStream, env: Io['env']): Output {
  let open = true;
  let lost: string | undefined;
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    open = false;
    if (code !== 'EPIPE') lost = code ?? 'unknown error';
  });
  return {
    write(text) {
      if (open) stream.write(text);
    },
    lost: () => lost,
    terminal: stream.isTTY === true,
    width: () => stream.columns || 80,
    colour: wantsColour(stream.isTTY === true, env),
  };
}

/** NO_COLOR and FORCE_COLOR as their conventions define them, then the terminal. */
export function wantsColour(terminal: boolean, env: Io['env']): boolean {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  return terminal && env['TERM'] !== 'dumb';
}
