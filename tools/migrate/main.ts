import { parseArgs } from 'node:util';
import { LOCAL_GATEWAY_URL } from '@lego-moc/http/default-ports';
import {
  advance,
  audit,
  backfill,
  diff,
  hold,
  printMigrations,
  release,
  rollback,
  status,
  type Command,
} from './commands.ts';
import { migrationClient } from './migration-client.ts';

const USAGE = `Usage: npm run migrate -- COMMAND [NAME] [--reason TEXT] [--json]

  status [NAME]                where migrations stand
  backfill NAME                begin to follow the monolith, and wait until every row is copied
  advance NAME [--percent N]   go to the next stage; N: that many users, while the canary grows
  hold NAME, release NAME      let nothing advance; let it advance again
  rollback NAME [--force]      go back to the monolith; --force: although a side cannot be asked any more
  audit NAME                   compare all rows of the users whom the monolith knows, now
  diff NAME                    what the last audit found

NAME is a capability: wishlist. --reason is recorded, and needed by backfill, advance, hold, release and rollback.
Uses the gateway at LEGO_MOC_URL (${LOCAL_GATEWAY_URL}) with the token in LEGO_MOC_TOKEN; without one, the development
issuer makes one for an operator. Exits with 1 when something needs attention, with 2 when the command failed.`;

const COMMANDS = { status, backfill, advance, hold, release, rollback, audit, diff } as const satisfies Record<
  string,
  Command
>;
const NEED_REASON = new Set(['backfill', 'advance', 'hold', 'release', 'rollback']);

/** Throws an error with what to do when the arguments make no command. */
const readArguments = () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      force: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false, short: 'h' },
      json: { type: 'boolean', default: false },
      percent: { type: 'string' },
      reason: { type: 'string' },
    },
  });
  const [command = '', name, ...rest] = positionals;
  const { force, json, help, percent, reason = '' } = values;
  if (help || rest.length > 0 || !Object.hasOwn(COMMANDS, command)) throw new Error(USAGE);
  if (name === undefined && command !== 'status') throw new Error(USAGE);
  if (NEED_REASON.has(command) && reason === '') throw new Error(`${command} needs a reason: --reason TEXT`);
  const options = { json, force, reason, ...(percent === undefined ? {} : { percent: Number(percent) }) };
  return { command: command as keyof typeof COMMANDS, name, options };
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
