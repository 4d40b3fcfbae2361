import type { ListWriters } from '../../application/ports/list-writer.ts';
import { pickABrickCsv, plainCsv, rebrickableCsv, studioCsv } from './csv-writers.ts';
import { pickABrickJson, plainJson } from './json-writers.ts';
import { ldrawModel } from './ldraw-writer.ts';
import { brickLinkXml, brickStoreXml } from './xml-writers.ts';

/** A writer per target. */
export const LIST_WRITERS: ListWriters = {
  'bricklink-xml': brickLinkXml,
  'brickstore-xml': brickStoreXml,
  csv: plainCsv,
  json: plainJson,
  ldraw: ldrawModel,
  'pick-a-brick-csv': pickABrickCsv,
  'pick-a-brick-json': pickABrickJson,
  'rebrickable-csv': rebrickableCsv,
  'studio-csv': studioCsv,
};
