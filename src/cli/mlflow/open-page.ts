import { spawn } from 'node:child_process';
import type { Io } from '../io.ts';
import { findProgram } from './find-mlflow.ts';

/** Opens an address in the browser where there is a screen; false where there is none. */
export function openPage(address: string, { env, out }: Io): boolean {
  const screen = process.platform === 'darwin' || env['DISPLAY'] || env['WAYLAND_DISPLAY'];
  const opener = findProgram(process.platform === 'darwin' ? 'open' : 'xdg-open', env);
  if (!screen || !out.terminal || opener === undefined) return false;
  const child = spawn(opener, [address], { detached: true, stdio: 'ignore' });
  child.on('error', () => undefined);
  child.unref();
  return true;
}
