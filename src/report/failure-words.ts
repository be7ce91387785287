import type { Failure } from '../engine/failure.ts';
import { unreachable } from '../util/unreachable.ts';
import { formatSeconds } from './format.ts';

/** A failure in words: what is wrong, further lines that belong to it, and the next step. */
export interface Worded {
  readonly message: string;
  readonly details: readonly string[];
  readonly hint?: string;
}

/** The one place that words failures. */
export function wordFailure(failure: Failure): Worded {
  switch (failure.reason) {
    case 'task-error':
      return say(failure.message, failure.hint);
    case 'internal-error':
      return {
        message: `internal error: ${failure.message}`,
        details: thrownAt(failure.stack),
        hint: 'This is a bug of affekt or of your own stage; the log has the stack.',
      };
    case 'bad-output':
      return {
        message: `output "${failure.port}" is not valid`,
        details: some(failure.problems),
        hint: 'The stage wrote something that its artifact type does not allow; nothing was kept.',
      };
    case 'missing-output':
      return say(
        failure.file === undefined
          ? `output "${failure.port}" was declared and not written`
          : `output "${failure.port}" lacks the file ${failure.file}`,
        'The stage has to write every output it declares; nothing was kept.',
      );
    case 'exit-status':
      return { message: `ended with status ${failure.status}`, details: lastWords(failure.tail) };
    case 'signal':
      return {
        message: `was killed by ${failure.signal}`,
        details: lastWords(failure.tail),
        ...(failure.signal === 'SIGKILL'
          ? { hint: 'Out of memory is the usual cause: try fewer jobs (-j).' }
          : {}),
      };
    case 'timeout':
      return say(
        `took longer than its limit of ${formatSeconds(failure.seconds)} and was stopped`,
        'Raise the timeout of the stage, or make it faster.',
      );
    case 'worker-lost':
      return say(
        `its worker process ended without an answer (${failure.detail})`,
        /exit status (?!134|137)/.test(failure.detail)
          ? 'It ended by itself: look for process.exit in own code, or for the cause in its log.'
          : 'Out of memory is the usual cause: try fewer jobs (-j). The same command continues the run.',
      );
    case 'input-changed':
      return {
        message: 'a file changed while it was read; the result was not kept',
        details: some(failure.files),
        hint: 'Run the same command again.',
      };
    case 'not-deterministic':
      return {
        message: `output "${failure.port}" differs from what another run made of the same inputs`,
        details: [`kept  ${failure.kept}`, `made  ${failure.made}`],
        hint: 'The stage is not deterministic, so its result cannot be trusted as cached. The first one is kept.',
      };
    case 'storage':
      return say(
        failure.path === '' ? wordCode(failure.code) : `${wordCode(failure.code)}: ${failure.path}`,
        hintForCode(failure.code),
      );
    case 'cancelled':
      return say('cancelled', 'The same command continues the run.');
    default:
      return unreachable(failure);
  }
}

/** Where it was thrown, when that is in a source file: in an own stage the line to look at. */
function thrownAt(stack = ''): readonly string[] {
  const frame = stack.split('\n').find((line) => /^\s+at /.test(line)) ?? '';
  const place = /\(?(?:file:\/\/)?(\/[^()]*\.[cm]?ts:\d+:\d+)\)?$/.exec(frame)?.[1];
  return place === undefined ? [] : [`thrown in ${place}`];
}

/** The last lines that a program printed; it may have printed anything, and lines of any length. */
function lastWords(tail: readonly string[], most = 10, width = 200): readonly string[] {
  return tail.slice(-most).map((line) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they would write to the user's terminal
    const plain = line.replace(/\t/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
    return plain.length > width ? `${plain.slice(0, width - 1)}…` : plain;
  });
}

/** The first few; a hundred lines of the same kind hide the next step. */
function some(lines: readonly string[], most = 6): readonly string[] {
  const rest = lines.length - most;
  return rest > 0 ? [...lines.slice(0, most), `and ${rest} more`] : lines;
}

function say(message: string, hint?: string): Worded {
  return { message, details: [], ...(hint === undefined ? {} : { hint }) };
}

/** An errno name in words. */
export function wordCode(code: string): string {
  const words: Readonly<Record<string, string>> = {
    ENOSPC: 'no space left on the disk',
    EDQUOT: 'disk quota exceeded',
    EACCES: 'permission denied',
    EPERM: 'operation not permitted',
    EROFS: 'the file system is read-only',
    EMFILE: 'too many open files',
    ENOTDIR: 'a file is in the way of a folder',
    EEXIST: 'a file is in the way of a folder',
    ENOENT: 'no such file or folder',
    EIO: 'the disk reports an error',
  };
  return words[code] ?? `storage error ${code}`;
}

function hintForCode(code: string): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'Make room (affekt cache du, affekt cache gc), then run the same command: it continues.';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'Give the folder write permission, or point AFFEKT_CACHE or AFFEKT_RUNS elsewhere.';
    case 'EMFILE':
      return 'Raise the limit (ulimit -n 4096), or use fewer jobs (-j).';
    default:
      return 'See affekt doctor; the same command continues the run.';
  }
}
