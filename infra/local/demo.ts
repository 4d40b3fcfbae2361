import { accessSync, constants } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { devUserId, issueToken } from '@lego-moc/embedded-identity/issue-token';
import type { JobReply } from '@lego-moc/file-processing/contracts/http-api';
import type { MocReply } from '@lego-moc/moc-management/contracts/http-api';
import { historyOf, jobOf, awaitCounts, awaitSearchHit, uploadMoc, type History } from './demo-steps.ts';
import { showWhatToBuy } from './demo-shopping.ts';
import { gatewayClient, type GatewayClient } from './gateway-client.ts';
import { exitWithError, launch, print, formatSeconds } from './launch.ts';
import { table } from './show.ts';

const USAGE = `Usage: npm run demo [-- --once] [--parts-list FILE]...
  --once              ends when everything is shown, instead of running on
  --parts-list FILE   a parts list of your own instead of the sample; may be given several times`;

const BUILDER = 'demo-builder';
const SAMPLES = join(import.meta.dirname, 'samples');
const UNKNOWN_SHOWN_MAX = 10;

const readArguments = (): { once: boolean; partsLists: readonly string[] } => {
  try {
    const { values } = parseArgs({
      options: {
        once: { type: 'boolean', default: false },
        'parts-list': { type: 'string', multiple: true, default: [] },
      },
    });
    // npm runs scripts in the root of the repository; INIT_CWD is where the person stands.
    const partsLists = values['parts-list'].map((file) => resolve(process.env['INIT_CWD'] ?? '.', file));
    for (const file of partsLists) accessSync(file, constants.R_OK);
    return { once: values.once, partsLists };
  } catch (error) {
    return exitWithError(`${(error as Error).message}\n${USAGE}`);
  }
};

const signIn = async (dataDir: string): Promise<string> => {
  const token = process.env['LEGO_MOC_TOKEN'];
  if (token !== undefined) return token;
  if (process.env['AUTH_JWKS_URL'] !== undefined)
    return exitWithError('With AUTH_JWKS_URL the demo needs a token: set LEGO_MOC_TOKEN.');
  return issueToken(dataDir, { name: BUILDER });
};

const showUnknown = ({ result, error }: JobReply): void => {
  if (error !== undefined) print(`    ${error.code}: ${error.detail}`);
  if (result === undefined) return;
  const { unknownParts, unknownColours, problems } = result;
  for (const [label, { count, first }] of [
    ['unknown part', unknownParts],
    ['unknown colour', unknownColours],
  ] as const) {
    for (const { line, lot, partNumber, colour, quantity } of first.slice(0, UNKNOWN_SHOWN_MAX))
      print(
        `    line ${line}, lot ${lot}: ${label} ${partNumber}, colour ${colour ?? 'none'}, ${quantity ?? '?'} pieces`,
      );
    if (count > UNKNOWN_SHOWN_MAX) print(`    … and ${count - UNKNOWN_SHOWN_MAX} more (${label})`);
  }
  for (const { line, detail } of problems.first.slice(0, UNKNOWN_SHOWN_MAX)) print(`    line ${line}: ${detail}`);
};

const showMoc = async (gateway: GatewayClient, { title, totalPieces, partsLists, files }: MocReply): Promise<void> => {
  print(`\n${title}: ${totalPieces.toLocaleString('en')} pieces, ${files.length} files`);
  for (const { title: name, lots, pieces, jobId } of partsLists) {
    const counts =
      lots === null ? 'unreadable' : `${lots.toLocaleString('en')} lots, ${(pieces ?? 0).toLocaleString('en')} pieces`;
    print(`  ${name}: ${counts}`);
    showUnknown(await jobOf(gateway, jobId));
  }
};

const SUMMARY_FIELDS: readonly string[] = ['title', 'name', 'pieces'];

/** The most telling field in an event's data, or in a part of it. */
const summaryOf = (data: object): string => {
  const entries = Object.entries(data) as readonly (readonly [string, unknown])[];
  const entry = SUMMARY_FIELDS.flatMap((key) => entries.filter(([name]) => name === key))[0]?.[1];
  if (typeof entry === 'string') return entry;
  if (typeof entry === 'number') return `${entry.toLocaleString('en')} pieces`;
  return (
    entries
      .flatMap(([, value]) => (typeof value === 'object' && value !== null ? [summaryOf(value)] : []))
      .find((word) => word !== '') ?? ''
  );
};

const showHistory = (history: History): void => {
  const builder: string = devUserId(BUILDER);
  print('\nIts history');
  const rows = history.map(({ revision, type, data, recordedAt, actor }) => [
    revision,
    recordedAt.slice(11, 23),
    type,
    summaryOf(data),
    `by ${actor === builder ? BUILDER : actor}`,
  ]);
  print(table(rows));
};

const showWhatToTry = (url: string, { mocId, title }: MocReply, dataDir: string): void => {
  const data = process.env['LEGO_MOC_DATA_DIR'] === undefined ? '' : `LEGO_MOC_DATA_DIR=${dataDir} `;
  print(`\nTry it yourself
  TOKEN=$(${data}npm run --silent token -- ${BUILDER})
  curl -H "Authorization: Bearer $TOKEN" ${url}/api/mocs/${mocId}
  curl -H "Authorization: Bearer $TOKEN" ${url}/api/mocs/${mocId}/history
  curl -H "Authorization: Bearer $TOKEN" '${url}/api/search?q=${encodeURIComponent(title)}'`);
};

const demonstrate = async (url: string, dataDir: string, partsLists: readonly string[]): Promise<void> => {
  const gateway = gatewayClient(url, await signIn(dataDir));
  print(
    `Signed in as ${BUILDER}. Sending a MOC: instructions, a photo and ${partsLists.length === 1 ? 'a parts list' : `${partsLists.length} parts lists`} …`,
  );

  const { moc: uploadedMoc, sentAt } = await uploadMoc(gateway, 'Harbour crane', {
    instructions: join(SAMPLES, 'harbour-crane-instructions.pdf'),
    photo: join(SAMPLES, 'harbour-crane.png'),
    partsLists,
  });
  const printStep = (line: string): void => print(`  ${formatSeconds(Date.now() - sentAt).padStart(6)}  ${line}`);
  for (const { name, kind, sizeBytes } of uploadedMoc.files)
    printStep(`stored and scanned ${name} (${kind}, ${sizeBytes.toLocaleString('en')} bytes)`);

  let foundAfterMs = 0;
  const searchHit = awaitSearchHit(gateway, uploadedMoc).then(() => {
    foundAfterMs = Date.now() - sentAt;
    printStep('found by search');
  });
  const [moc] = await Promise.all([awaitCounts(gateway, uploadedMoc, printStep), searchHit]);

  await showMoc(gateway, moc);
  await showWhatToBuy(gateway, moc);
  showHistory(await historyOf(gateway, moc.mocId));
  print(`\nFrom upload to found: ${foundAfterMs} ms`);
  showWhatToTry(url, moc, dataDir);
};

const { once, partsLists } = readArguments();
const { url, dataDir, stop } = await launch();
try {
  await demonstrate(url, dataDir, partsLists.length > 0 ? partsLists : [join(SAMPLES, 'harbour-crane-parts.xml')]);
} catch (error) {
  await stop();
  exitWithError(`The demo failed: ${(error as Error).message}\nThe services' logs are in ${join(dataDir, 'logs')}.`);
}
if (once) {
  await stop();
  process.exit(0);
}
print('\nThe platform keeps running; Ctrl-C stops it.');
