// Loaded with `--import` into the engine or its workers: the n-th call that changes a file below
// FAULT_ROOT kills the process or throws an error of the disk. FAULT_COUNT gets the number of calls.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const {
  FAULT_ROOT: root,
  FAULT_ROLE: role,
  FAULT_COUNT: countFile,
  FAULT_ACTION: action,
} = process.env;
const at = Number(process.env.FAULT_AT ?? 'Infinity');
const script = process.argv[1] ?? '';
const isWorker = script.endsWith('worker.js');

/** Functions by which argument is the path that changes; `fd` for an open file. */
const calls = {
  openSync: 0,
  mkdirSync: 0,
  mkdtempSync: 0,
  renameSync: 1,
  linkSync: 1,
  symlinkSync: 1,
  unlinkSync: 0,
  rmSync: 0,
  chmodSync: 0,
  utimesSync: 0,
  writeFileSync: 0,
  appendFileSync: 0,
  copyFileSync: 1,
  writeSync: 'fd',
  fsyncSync: 'fd',
};
const numbers = { ENOSPC: -28, EIO: -5, EACCES: -13, EMFILE: -24 };

if (root !== undefined && (role === 'worker') === isWorker && /(worker|affekt)\.js$/.test(script)) {
  const original = { ...fs };
  const paths = new Map();
  let count = 0;
  let log = '';

  const step = (name, path) => {
    if (typeof path !== 'string' || !path.startsWith(root)) return;
    count++;
    log += `${count} ${name} ${path}\n`;
    if (count !== at) return;
    if (action === 'kill') process.kill(process.pid, 'SIGKILL');
    const syscall = name.replace(/Sync$/, '');
    // A failed write tells no path, and that is where a full disk shows.
    const isWrite = calls[name] === 'fd' || /^(write|append)File/.test(name);
    const error = new Error(`${action}: injected, ${syscall}${isWrite ? '' : ` '${path}'`}`);
    throw Object.assign(error, {
      code: action,
      errno: numbers[action],
      syscall,
      ...(isWrite ? {} : { path }),
    });
  };

  for (const [name, argument] of Object.entries(calls)) {
    fs[name] = (...args) => {
      const path = argument === 'fd' ? paths.get(args[0]) : args[argument];
      // Opening to read changes nothing, but needs a free file descriptor and the right to read.
      step(name, path);
      const result = original[name](...args);
      if (name === 'openSync') paths.set(result, args[0]);
      return result;
    };
  }
  syncBuiltinESMExports();
  process.on('exit', () => {
    if (countFile !== undefined) original.writeFileSync(countFile, log);
  });
}
