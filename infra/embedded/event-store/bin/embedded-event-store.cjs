#!/usr/bin/env node
// Node does not strip types below node_modules, so the published package carries compiled files; a checkout has none.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const compiled = join(__dirname, '..', 'dist', 'main.js');
const main = existsSync(compiled) ? compiled : join(__dirname, '..', 'main.ts');
import(pathToFileURL(main).href);
