#!/usr/bin/env node
import module from 'node:module';
import v8 from 'node:v8';

// From Node 22.8 on, compiled code is kept between runs. Before it, functions are optimised later than
// usual: a short command ends before that pays.
if (module.enableCompileCache) module.enableCompileCache();
else v8.setFlagsFromString('--interrupt-budget=1000000');
await import('../dist/cli.js');
