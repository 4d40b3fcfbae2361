import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import {
  deadLetterGroups,
  deadLetterList,
  markedReply,
  preview,
  replayProgress,
  type BulkAction,
  type DeadLetterView,
  type Selection,
} from '@lego-moc/operations/contracts/dead-letters';
import type { Options } from './commands.ts';
import type { OperatedConsumer, OpsClient } from './ops-client.ts';
import { formatCount, formatTable, print, printJson } from './output.ts';

type ListOptions = Options & {
  readonly limit: number;
  readonly group?: string | undefined;
  readonly discarded: boolean;
  readonly groups: boolean;
};

const DATA_LENGTH_MAX = 400;

const printParked = ({ id, link, parkedAt, reason, frame, event, attempts, discardedAt }: DeadLetterView): void => {
  const again = attempts > 1 ? `, came back ${formatCount(attempts - 1)} times` : '';
  const mark = discardedAt === null ? '' : `, discarded ${discardedAt}`;
  print(
    `#${id}  ${event?.type ?? 'event was deleted'}  ${link}  parked ${parkedAt ?? 'at an unknown time'}${again}${mark}`,
  );
  print(`    ${reason}${frame === null ? '' : ` at ${frame}`}`);
  if (event === null) return;
  print(`    event ${event.eventId}, correlation ${event.correlationId}`);
  print(`    ${JSON.stringify(event.data).slice(0, DATA_LENGTH_MAX)}`);
};

const GROUP_HEADER = ['GROUP', 'COUNT', 'CAME BACK', 'TYPE', 'REASON', 'PLACE', 'FIRST', 'LAST'];

const listGroups = async ({ request }: OpsClient, item: OperatedConsumer, { json }: Options): Promise<boolean> => {
  const { groups } = deadLetterGroups.parse(await (await request(item, 'GET', '/parked/groups')).json());
  if (json) printJson(groups);
  else if (groups.length === 0) print('No message is parked.');
  else {
    const rows = groups.map(({ key, count, cameBack, type, reason, frame, firstAt, lastAt }) => [
      ...[key, formatCount(count), formatCount(cameBack), type ?? 'deleted', reason.split('\n', 1)[0] ?? ''],
      ...[frame ?? '', firstAt ?? '', lastAt ?? ''],
    ]);
    print(formatTable([GROUP_HEADER, ...rows]));
  }
  return groups.length === 0;
};

/** Prints at most `limit` parked messages, the oldest first, or their groups; returns whether none waits. */
export const listParked = async (client: OpsClient, name: string, options: ListOptions): Promise<boolean> => {
  const { json, limit, group, discarded, groups } = options;
  const item = await client.find(name);
  if (groups) return listGroups(client, item, options);
  const query = new URLSearchParams({ limit: String(limit), discarded: String(discarded), ...(group && { group }) });
  const response = await client.request(item, 'GET', `/parked?${query.toString()}`);
  const { parked: messages, total } = deadLetterList.parse(await response.json());
  if (json) printJson(messages);
  else if (messages.length === 0) print(discarded ? 'No message is discarded.' : 'No message is parked.');
  else messages.forEach(printParked);
  if (!json && total > messages.length) print(`and ${formatCount(total - messages.length)} more`);
  return discarded || messages.length === 0;
};

type ActOptions = Options & { readonly selection: Selection; readonly dryRun: boolean };

const PATHS = { replay: 'replays', discard: 'discards', restore: 'restorations' } as const;
const DEEDS = { replay: 'handled again', discard: 'discarded', restore: 'restored' } as const;

const messagesAre = (count: number): string => (count === 1 ? '1 message is' : `${formatCount(count)} messages are`);

const previewOf = async ({ request }: OpsClient, item: OperatedConsumer, action: BulkAction, selection: Selection) => {
  const [[key, value] = ['all', true]] = Object.entries(selection) as [string, unknown][];
  const query = new URLSearchParams({ action, [key]: String(value) });
  return preview.parse(await (await request(item, 'GET', `/parked/preview?${query.toString()}`)).json());
};

const followReplay = async (response: Response, { json }: Options): Promise<boolean> => {
  if (response.body === null) throw new Error('The service sent an empty answer');
  let last = replayProgress.parse({ phase: 'failed' });
  for await (const line of createInterface(Readable.fromWeb(response.body)))
    last = replayProgress.parse(JSON.parse(line));
  const { phase, replayed = 0, failed = 0, reason } = last;
  if (json) printJson({ phase, replayed, failed });
  else if (phase === 'done') {
    print(`${messagesAre(replayed)} ${DEEDS.replay}.`);
    if (failed > 0) print(`${messagesAre(failed)} parked still.`);
  } else print(`The replay broke off: ${reason ?? 'without a reason'}. Those that were not handled are parked still.`);
  return phase === 'done' && failed === 0;
};

/** Acts on the selected messages, all those that the preview has found; returns whether everything went well. */
const act =
  (action: BulkAction) =>
  async (client: OpsClient, name: string, options: ActOptions): Promise<boolean> => {
    const { json, selection, dryRun, reason } = options;
    const item = await client.find(name);
    const { count, token, sample } = await previewOf(client, item, action, selection);
    if (dryRun || count === 0) {
      if (json) printJson({ action, count, sample });
      else {
        print(dryRun ? `${messagesAre(count)} selected.` : 'No message is selected.');
        if (dryRun) sample.forEach(printParked);
      }
      return true;
    }
    if (reason === undefined) throw new Error(`Say why: npm run projections -- ${action} ${name} --reason TEXT`);
    const path = `/parked/${PATHS[action]}`;
    const response = await client.request(item, 'POST', path, { selection, count, token, reason });
    if (action === 'replay') return followReplay(response, options);
    const reply = markedReply.parse(await response.json());
    if (json) printJson(reply);
    else print(`${messagesAre(reply.count)} ${DEEDS[action]}.`);
    return true;
  };

/** Lets the consumer handle the selected messages again. */
export const replay = act('replay');
/** Hides the selected messages. */
export const discard = act('discard');
/** Undoes a discard. */
export const restore = act('restore');
