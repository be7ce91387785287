#!/usr/bin/env node
import module from 'node:module';

// From Node 22.8 on, compiled code is kept between runs.
module.enableCompileCache?.();
await import('../dist/cli.js');
