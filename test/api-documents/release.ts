import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncApi, openApi } from './documents.ts';

/** The documents of the last release; `npm run api:release` replaces them when a version is released. */
export const RELEASE_FOLDER = join(import.meta.dirname, 'released');

/** A line per operation or schema, so that a difference shows where it is. */
const format = (document: object): string =>
  JSON.stringify(document)
    .replaceAll(/"(?:get|put|post|delete|patch)":\{"operationId"/g, '\n$&')
    .replaceAll(/"[\w.-]+":\{"\$schema"/g, '\n$&')
    .concat('\n');

if (import.meta.main) {
  mkdirSync(RELEASE_FOLDER, { recursive: true });
  writeFileSync(join(RELEASE_FOLDER, 'openapi.json'), format(openApi()));
  writeFileSync(join(RELEASE_FOLDER, 'asyncapi.json'), format(asyncApi()));
}
