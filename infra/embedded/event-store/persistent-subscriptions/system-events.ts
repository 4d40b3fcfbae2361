import { randomUUID } from 'node:crypto';
import type { EventLog, ProposedEvent, StoredEvent } from '../storage/event-log.ts';
import { END } from '../storage/event-log.ts';

const NO_BYTES = new Uint8Array();

const jsonEvent = (type: string, json: string): ProposedEvent => ({
  id: randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from(json, 'utf8'),
  metadata: NO_BYTES,
});

/** Appends one event that the server itself keeps its state in. Rejects when the log does not take it. */
export const record = async (log: EventLog, stream: string, type: string, json: string): Promise<void> => {
  const outcome = await log.append(stream, 'any', [jsonEvent(type, json)]);
  if (outcome.kind !== 'appended') throw new Error(`${stream} does not take ${type}: ${outcome.kind}`);
};

/** Keeps the last two events of a stream of states, as EventStoreDB does; nothing happens when they are kept already. */
export const keepLastTwo = async (log: EventLog, stream: string): Promise<void> => {
  const { metadata } = log.state(stream);
  if (metadata.maxCount === 2n) return;
  const { truncateBefore } = metadata;
  const tb = truncateBefore === undefined ? '' : `,"$tb":${truncateBefore.toString()}`;
  await record(log, `$$${stream}`, '$metadata', `{"$maxCount":2${tb}}`);
};

export const truncateBefore = (log: EventLog, stream: string, revision: bigint): Promise<void> =>
  record(log, `$$${stream}`, '$metadata', `{"$tb":${revision.toString()}}`);

/** The content of a link to an event. */
export const linkText = ({ revision, stream }: StoredEvent): string => `${revision.toString()}@${stream}`;

/** Writes a link into `stream` that says `text`. `metadata` says why it is there. */
export const link = async (
  log: EventLog,
  stream: string,
  text: string,
  metadata: Readonly<Record<string, string | number>>,
): Promise<void> => {
  const outcome = await log.append(stream, 'any', [
    {
      ...jsonEvent('$>', text),
      contentType: 'application/octet-stream',
      metadata: Buffer.from(JSON.stringify(metadata), 'utf8'),
    },
  ]);
  if (outcome.kind !== 'appended') throw new Error(`${stream} does not take a link: ${outcome.kind}`);
};

/** The last event of a stream as JSON; undefined when there is none or it is something else. */
export const lastJson = (log: EventLog, stream: string): unknown => {
  const [last] = log.readStream(stream, END, 'backwards', 1);
  if (last === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(last.data).toString('utf8'));
  } catch {
    return undefined;
  }
};
