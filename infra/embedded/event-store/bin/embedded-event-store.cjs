#!/usr/bin/env -S MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=65536 node --max-semi-space-size=4
// Flag and environment are those of server/node-start.ts: they must be known before Node starts.
// Node does not strip types below node_modules, so the published package carries compiled files; a checkout has none.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const compiled = join(__dirname, '..', 'dist', 'main.js');
const main = existsSync(compiled) ? compiled : join(__dirname, '..', 'main.ts');
import(pathToFileURL(main).href);
