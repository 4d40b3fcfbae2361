import { parseArgs } from 'node:util';
import { LOCAL_GATEWAY_URL } from '@lego-moc/http/default-ports';
import { list, listActions, listParked, replay, status } from './commands.ts';
import { rebuild, rollback, verify, verifyAll } from './jobs.ts';
import { opsClient } from './ops-client.ts';

const USAGE = `Usage: npm run projections -- COMMAND [--json] [--reason TEXT]

  list                     all projections and all other subscriptions of all services
  status [NAME]            the state of one (without a name: list)
  parked NAME [--limit N]  messages that could not be handled, and why; the oldest 50, or N of at most 500
  replay NAME              deliver the parked messages again
  rebuild NAME             build a read model anew beside the one being read, then swap
  rollback NAME            go back to the read model from before the last rebuild (those in OpenSearch)
  actions [--limit N]      what operators did: who, what, how many, why; the latest 50, or N of at most 200
  verify NAME | --all      compare a read model with a rebuild from the streams, and change nothing

NAME is a projection or a subscription; SERVICE/NAME where several services have it. --json prints JSON, a value a line.
--reason says why replay, rebuild or rollback is done; actions show it.
Uses the gateway at LEGO_MOC_URL (${LOCAL_GATEWAY_URL}) with the token in LEGO_MOC_TOKEN; without one, the development
issuer makes one for an operator. Exits with 1 when something needs attention, with 2 when the command failed.`;

const LIMIT_MAX = 500;

/** Throws an error with what to do when the arguments make no command. */
const readArguments = () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      all: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false, short: 'h' },
      json: { type: 'boolean', default: false },
      limit: { type: 'string', default: '50' },
      reason: { type: 'string' },
    },
  });
  const [command, name, ...rest] = positionals;
  const limit = Number(values.limit);
  if (values.help || command === undefined || rest.length > 0) throw new Error(USAGE);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX)
    throw new Error(`--limit is a number from 1 to ${LIMIT_MAX}, not ${values.limit}`);
  return { command, name, all: values.all, options: { json: values.json, limit, reason: values.reason } };
};

const run = async (): Promise<boolean> => {
  const { command, name, all, options } = readArguments();
  const client = await opsClient(process.env);
  if (command === 'list' || (command === 'status' && name === undefined)) return list(client, options);
  if (command === 'actions' && name === undefined) return listActions(client, options);
  if (command === 'verify' && all && name === undefined) return verifyAll(client, options);
  const commands = { status, parked: listParked, replay, rebuild, rollback, verify };
  if (name === undefined || all || !Object.hasOwn(commands, command)) throw new Error(USAGE);
  return commands[command as keyof typeof commands](client, name, options);
};

try {
  process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
