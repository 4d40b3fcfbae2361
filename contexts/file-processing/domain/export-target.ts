import type { Format } from './catalogue.ts';
import type { ColourScheme } from './colour-scheme.ts';
import type { LotRole } from './lot.ts';

export type ExportTargetName =
  | 'bricklink-xml'
  | 'brickstore-xml'
  | 'csv'
  | 'json'
  | 'ldraw'
  | 'pick-a-brick-csv'
  | 'pick-a-brick-json'
  | 'rebrickable-csv'
  | 'studio-csv';

/** What a program takes. */
export type ExportTarget = {
  readonly extension: string;
  readonly mediaType: string;
  /** Whose part numbers and colour ids it has; `element`: LEGO's numbers of parts in colours. */
  readonly ids: ColourScheme | 'element';
  /** Purposes of lots that it can tell apart. */
  readonly roles: readonly LotRole[];
  /** Also sets, minifigs and other items, which are no parts. */
  readonly hasOtherItems: boolean;
  /** Every lot, also unknown ones and those with a problem: it has columns for what was written. */
  readonly isComplete: boolean;
  readonly isLinePerPiece: boolean;
  readonly lotsPerFileMax: number | null;
  readonly quantityPerLotMax: number | null;
  /** The format of its own files, which are given back as they were uploaded; none where it has none. */
  readonly ownFormat: Format | undefined;
};

const base = {
  roles: ['needed'],
  ...{ hasOtherItems: false, isComplete: false, isLinePerPiece: false, lotsPerFileMax: null, quantityPerLotMax: null },
} as const;

const EVERY_ROLE: readonly LotRole[] = ['needed', 'extra', 'counterpart', 'alternate', 'opened'];

const CSV = { extension: 'csv', mediaType: 'text/csv; charset=utf-8' } as const;
const JSON_FILE = { extension: 'json', mediaType: 'application/json; charset=utf-8' } as const;
const XML_TYPE = 'application/xml; charset=utf-8';

/** Larger uploads to BrickLink fail. */
const BRICKLINK_LOTS_MAX = 1000;

/** As LEGO's shop states them; they were lower in former years. */
const PICK_A_BRICK = { ids: 'element', lotsPerFileMax: 400, quantityPerLotMax: 999 } as const;

/** What every target takes, as data. */
export const EXPORT_TARGETS: { readonly [Name in ExportTargetName]: ExportTarget } = {
  'bricklink-xml': {
    ...{ ...base, extension: 'xml', mediaType: XML_TYPE, ids: 'bricklink', hasOtherItems: true },
    ...{ lotsPerFileMax: BRICKLINK_LOTS_MAX, ownFormat: 'bricklink-xml' },
  },
  'brickstore-xml': {
    ...{ ...base, extension: 'bsx', mediaType: XML_TYPE, ids: 'bricklink', hasOtherItems: true },
    ...{ roles: ['needed', 'extra'], ownFormat: 'brickstore-xml' },
  },
  csv: {
    ...base,
    ...CSV,
    ids: 'rebrickable',
    roles: EVERY_ROLE,
    isComplete: true,
    hasOtherItems: true,
    ownFormat: undefined,
  },
  json: {
    ...base,
    ...JSON_FILE,
    ids: 'rebrickable',
    roles: EVERY_ROLE,
    isComplete: true,
    hasOtherItems: true,
    ownFormat: undefined,
  },
  ldraw: {
    ...base,
    extension: 'ldr',
    mediaType: 'text/plain; charset=utf-8',
    ids: 'ldraw',
    isLinePerPiece: true,
    ownFormat: 'ldraw',
  },
  'pick-a-brick-csv': { ...base, ...CSV, ...PICK_A_BRICK, ownFormat: 'pick-a-brick-csv' },
  'pick-a-brick-json': { ...base, ...JSON_FILE, ...PICK_A_BRICK, ownFormat: 'pick-a-brick-json' },
  'rebrickable-csv': { ...base, ...CSV, ids: 'rebrickable', roles: ['needed', 'extra'], ownFormat: 'rebrickable-csv' },
  'studio-csv': { ...base, ...CSV, ids: 'bricklink', ownFormat: 'studio-csv' },
};
