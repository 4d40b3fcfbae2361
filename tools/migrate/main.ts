import { parseArgs } from 'node:util';
import { LOCAL_GATEWAY_URL } from '@lego-moc/http/default-ports';
import { omitUndefined } from '@lego-moc/http/omit-undefined';
import {
  advance,
  audit,
  backfill,
  diff,
  gates,
  hold,
  printMigrations,
  reconcile,
  release,
  rollback,
  status,
  type Command,
} from './commands.ts';
import { migrationClient } from './migration-client.ts';

const USAGE = `Usage: npm run migrate -- COMMAND [NAME] [--reason TEXT] [--json]

  status [NAME]                where migrations stand
  backfill NAME                begin to follow the monolith, and wait until every row is copied
  advance NAME [--percent N] [--without-evidence]
                               go to the next stage; N: that many users, while the canary grows;
                               --without-evidence: although gates that judge traffic cannot tell yet
  hold NAME, release NAME      let nothing advance; let it advance again
  rollback NAME [--force]      go back to the monolith; --force: although a side cannot be asked any more
  audit NAME                   compare all rows of both sides, now
  diff NAME                    what the last audit found, and where answers of both sides differ
  reconcile NAME --keep SIDE [--row ID]...
                               give both sides the version of SIDE (legacy or platform) of the rows that the last
                               audit found, or of those named, while the monolith writes for all users
  gates NAME                   what the gates say about errors, times and differences

NAME is a capability: wishlist. --reason is recorded, and needed by backfill, advance, hold, release,
rollback and reconcile.
Uses the gateway at LEGO_MOC_URL (${LOCAL_GATEWAY_URL}) with the token in LEGO_MOC_TOKEN; without one, the development
issuer makes one for an operator. Exits with 1 when something needs attention, with 2 when the command failed.`;

const COMMANDS = {
  status,
  backfill,
  advance,
  hold,
  release,
  rollback,
  audit,
  diff,
  gates,
  reconcile,
} as const satisfies Record<string, Command>;
const NEED_REASON: ReadonlySet<string> = new Set(['backfill', 'advance', 'hold', 'release', 'rollback', 'reconcile']);

const OPTIONS = {
  force: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' },
  json: { type: 'boolean', default: false },
  keep: { type: 'string' },
  percent: { type: 'string' },
  reason: { type: 'string', default: '' },
  row: { type: 'string', multiple: true },
  'without-evidence': { type: 'boolean', default: false },
} as const;

const isCommand = (word: string | undefined): word is keyof typeof COMMANDS =>
  word !== undefined && Object.hasOwn(COMMANDS, word);

/** Throws an error with what to do when the arguments make no command. */
const readArguments = () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const { force, json, help, percent, keep, row: rows = [], reason } = values;
  const [command, name, ...rest] = positionals;
  if (help || rest.length > 0 || !isCommand(command)) throw new Error(USAGE);
  if (name === undefined && command !== 'status') throw new Error(USAGE);
  if (NEED_REASON.has(command) && reason === '') throw new Error(`${command} needs a reason: --reason TEXT`);
  if (command === 'reconcile' && keep === undefined) throw new Error('reconcile needs a side: --keep legacy|platform');
  const options = {
    ...{ json, force, reason, rows, withoutEvidence: values['without-evidence'] },
    ...omitUndefined({ percent: percent === undefined ? undefined : Number(percent), keep }),
  };
  return { command, name, options };
};

const run = async (): Promise<boolean> => {
  const { command, name, options } = readArguments();
  const client = await migrationClient(process.env);
  if (name !== undefined) return COMMANDS[command](client, name, options);
  printMigrations(await client.list(), options);
  return true;
};

try {
  process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
