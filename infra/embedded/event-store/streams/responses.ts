import type { ResolvedEvent, StoredEvent } from '../storage/event-log.ts';
import { writeRecorded } from '../wire/recorded-event.ts';
import { writeStreamName } from '../wire/shared.ts';
import { streams } from '../wire/streams.ts';

type Response = streams.ReadResp;
const { ReadResp } = streams;

const recorded = (event: StoredEvent, structuredId: boolean): streams.ReadResp.ReadEvent.RecordedEvent =>
  writeRecorded(new ReadResp.ReadEvent.RecordedEvent(), event, event.position.toString(), structuredId);

/** `position` is where the reader is in the log: that of the link when a link was followed. */
export const eventResponse = ({ event, link }: ResolvedEvent, position: bigint, structuredId: boolean): Response => {
  const message = new ReadResp.ReadEvent().setCommitPosition(position.toString());
  if (event !== undefined) message.setEvent(recorded(event, structuredId));
  if (link !== undefined) message.setLink(recorded(link, structuredId));
  return new ReadResp().setEvent(message);
};

export const confirmationResponse = (subscriptionId: string): Response =>
  new ReadResp().setConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId(subscriptionId));

export const checkpointResponse = (position: bigint): Response =>
  new ReadResp().setCheckpoint(
    new ReadResp.Checkpoint().setCommitPosition(position.toString()).setPreparePosition(position.toString()),
  );

export const caughtUpResponse = (): Response => new ReadResp().setCaughtUp(new ReadResp.CaughtUp());

export const streamNotFoundResponse = (stream: string): Response =>
  new ReadResp().setStreamNotFound(new ReadResp.StreamNotFound().setStreamIdentifier(writeStreamName(stream)));
