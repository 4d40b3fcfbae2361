import { parseArgs } from 'node:util';
import { LOCAL_GATEWAY_URL } from '@lego-moc/http/default-ports';
import type { Selection } from '@lego-moc/operations/contracts/dead-letters';
import { audit } from './audit.ts';
import { list, listActions, status } from './commands.ts';
import { discard, listParked, replay, restore } from './dead-letters.ts';
import { rebuild, rollback, verify, verifyAll } from './jobs.ts';
import { opsClient } from './ops-client.ts';

const USAGE = `Usage: npm run projections -- COMMAND [--json] [--reason TEXT]

  list                     all projections and all other subscriptions of all services
  status [NAME]            the state of one (without a name: list)
  parked NAME [--limit N] [--group KEY] [--groups] [--discarded]
                           messages that could not be handled, and why, masked; the oldest 50, or N of at most 500;
                           --groups: by type, reason and place; --discarded: those that were discarded
  replay NAME [SELECTION]  handle parked messages again, one after the other
  discard NAME [SELECTION] hide parked messages without handling them
  restore NAME [SELECTION] undo a discard, for thirty days
  rebuild NAME             build a read model anew beside the one being read, then swap
  rollback NAME            go back to the read model from before the last rebuild (those in OpenSearch)
  actions [--limit N]      what operators did: who, what, how many, why; the latest 50, or N of at most 200
  audit [--repair] [--every HOURS]
                           verify every read model, and compare stored files, storage accounts and gallery links;
                           one table, on record; --repair rebuilds and repairs what can be;
                           --every: only if the last one is at least so old, for a timer that may ask more often
  verify NAME | --all      compare a read model with a rebuild from the streams, and change nothing

SELECTION is --ids ID,ID, --group KEY, --up-to ID, or all. --dry-run shows what is selected and changes nothing.
NAME is a projection or a subscription; SERVICE/NAME where several services have it. --json prints JSON, a value a line.
--reason says why replay, discard, restore, rebuild or rollback is done, which needs it; actions show it.
Uses the gateway at LEGO_MOC_URL (${LOCAL_GATEWAY_URL}) with the token in LEGO_MOC_TOKEN; without one, the development
issuer makes one for an operator. Exits with 1 when something needs attention, with 2 when the command failed.`;

const LIMIT_MAX = 500;

type SelectionOptions = {
  readonly ids?: string | undefined;
  readonly group?: string | undefined;
  readonly 'up-to'?: string | undefined;
};

/** Throws when several kinds of selection are given. */
const selectionOf = ({ ids, group, 'up-to': upTo }: SelectionOptions): Selection => {
  const selections: readonly Selection[] = [
    ...(ids === undefined ? [] : [{ ids: ids.split(',') }]),
    ...(group === undefined ? [] : [{ group }]),
    ...(upTo === undefined ? [] : [{ upTo }]),
  ];
  if (selections.length > 1) throw new Error('One of --ids, --group and --up-to, please');
  return selections[0] ?? { all: true };
};

/** Throws an error with what to do when the arguments make no command. */
const readArguments = () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      all: { type: 'boolean', default: false },
      discarded: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      every: { type: 'string' },
      group: { type: 'string' },
      groups: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false, short: 'h' },
      ids: { type: 'string' },
      json: { type: 'boolean', default: false },
      limit: { type: 'string', default: '50' },
      reason: { type: 'string' },
      repair: { type: 'boolean', default: false },
      'up-to': { type: 'string' },
    },
  });
  const [command, name, ...rest] = positionals;
  const limit = Number(values.limit);
  if (values.help || command === undefined || rest.length > 0) throw new Error(USAGE);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX)
    throw new Error(`--limit is a number from 1 to ${LIMIT_MAX}, not ${values.limit}`);
  const everyHours = values.every === undefined ? undefined : Number(values.every);
  if (everyHours !== undefined && !(everyHours >= 0))
    throw new Error(`--every is a number of hours, not ${String(values.every)}`);
  const { json, reason, group, groups, discarded, repair, 'dry-run': dryRun } = values;
  const selection = selectionOf(values);
  return {
    command,
    name,
    all: values.all,
    options: { json, limit, reason, group, groups, discarded, selection, dryRun, repair, everyHours },
  };
};

/** Commands about everything. */
const WITHOUT_NAME = { list, status: list, actions: listActions, audit } as const;
/** Commands about one projection or subscription. */
const WITH_NAME = { status, parked: listParked, replay, discard, restore, rebuild, rollback, verify } as const;

const run = async (): Promise<boolean> => {
  const { command, name, all, options } = readArguments();
  const client = await opsClient(process.env);
  if (name !== undefined && !all && Object.hasOwn(WITH_NAME, command))
    return WITH_NAME[command as keyof typeof WITH_NAME](client, name, options);
  if (name !== undefined) throw new Error(USAGE);
  if (command === 'verify' && all) return verifyAll(client, options);
  if (all || !Object.hasOwn(WITHOUT_NAME, command)) throw new Error(USAGE);
  return WITHOUT_NAME[command as keyof typeof WITHOUT_NAME](client, options);
};

try {
  process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
