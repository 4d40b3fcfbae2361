import type { ResolvedEvent } from '../storage/event-log.ts';
import { encodeReadEvent, type EncodedMessage } from '../wire/read-event.ts';
import { writeStreamName } from '../wire/shared.ts';
import { streams } from '../wire/streams.ts';

type Response = streams.ReadResp;
const { ReadResp } = streams;

/** `position` is where the reader is in the log: that of the link when a link was followed. */
export const eventResponse = (
  { event, link }: ResolvedEvent,
  position: bigint,
  structuredId: boolean,
): EncodedMessage => encodeReadEvent({ event, link, position, structuredId });

export const confirmationResponse = (subscriptionId: string): Response =>
  new ReadResp().setConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId(subscriptionId));

export const checkpointResponse = (position: bigint): Response =>
  new ReadResp().setCheckpoint(
    new ReadResp.Checkpoint().setCommitPosition(position.toString()).setPreparePosition(position.toString()),
  );

export const caughtUpResponse = (): Response => new ReadResp().setCaughtUp(new ReadResp.CaughtUp());

export const streamNotFoundResponse = (stream: string): Response =>
  new ReadResp().setStreamNotFound(new ReadResp.StreamNotFound().setStreamIdentifier(writeStreamName(stream)));
