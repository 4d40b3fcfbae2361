/** LDraw's colours that have the same id at Rebrickable. */
const IDENTICAL_IDS = `
  0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 17 18 19 20 21 22 23 25 26 27 28 29 30 31 32 33 34 35 36 40 42 46 47 52 54
  60 61 62 63 64 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 84 85 86 89 92 100 110 114 115 117 118 120 125 129 132
  133 134 135 137 142 148 150 151 178 179 183 191 212 226 232 272 288 294 297 308 313 320 321 322 323 334 335 351
  366 373 378 379 383 450 462 484 503
`;

/** The others, `<LDraw>:<Rebrickable>`; a few stand for two of Rebrickable's. */
const PAIRS = `
  37:45 38:57 39:43 41:143 43:41 44:236 45:230 57:182 83:1073 87:1103 112:112 112:1001 128:1067 158:1102 184:1069
  185:1070 186:1071 189:1065 200:1086 216:216 216:1081 218:1007 219:1001 227:1057 231:1004 234:1005 256:0 284:236
  285:1058 293:1006 295:1082 300:1092 302:1003 326:158 329:1000 330:326 339:1002 341:1052 353:1050 360:1055 362:1053
  363:1056 364:1054 365:1059 368:1062 370:1088 371:1089 402:1136 422:1137 423:1138 508:1064 509:1012 510:1077
  10375:1095
`;

const identicalIds = new Set(IDENTICAL_IDS.trim().split(/\s+/).map(Number));

const ambiguous = Map.groupBy(
  PAIRS.trim()
    .split(/\s+/)
    .map((pair) => pair.split(':').map(Number) as [number, number]),
  ([lDraw]) => lDraw,
);

/** Rebrickable's colour ids for one of LDraw's. */
export const lDrawColours = (id: number): readonly number[] =>
  ambiguous.get(id)?.map(([, rebrickable]) => rebrickable) ?? (identicalIds.has(id) ? [id] : []);

/** LDraw's colour id for Rebrickable's: the same where both have it, else the first one. */
export const lDrawColoursByRebrickable: ReadonlyMap<number, number> = new Map([
  ...[...ambiguous].toReversed().flatMap(([id, rebrickable]) => rebrickable.map(([, other]) => [other, id] as const)),
  ...[...identicalIds].map((id) => [id, id] as const),
]);
