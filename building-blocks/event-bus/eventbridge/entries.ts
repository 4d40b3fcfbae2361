import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { BusEvent } from '../bus-event.ts';

/** The limits of one call of PutEvents. */
const ENTRIES_MAX = 10;
const BYTES_MAX = 256 * 1024;
/** What AWS counts for the time of an entry. */
const TIME_BYTES = 14;

/** An event as EventBridge takes it: rules match on source and detail type; the detail is the whole envelope. */
export const entryOf = (
  bus: string,
  { stream, streamRevision, envelope, traceparent }: BusEvent,
): PutEventsRequestEntry => ({
  EventBusName: bus,
  Source: `lego-moc.${envelope.source}`,
  DetailType: envelope.eventType,
  Detail: JSON.stringify(envelope),
  Time: new Date(envelope.timestamp),
  // By this a subscriber orders events of one stream: the bus keeps no order.
  Resources: [`${String(streamRevision)}@${stream}`],
  ...(traceparent === undefined ? {} : { TraceHeader: traceparent }),
});

/** The size of an entry as AWS counts it. */
export const entryBytes = ({
  Source = '',
  DetailType = '',
  Detail = '',
  Resources = [],
}: PutEventsRequestEntry): number =>
  [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), TIME_BYTES);

/** Whether EventBridge takes an entry of this size at all. */
export const fitsIntoCall = (entry: PutEventsRequestEntry): boolean => entryBytes(entry) <= BYTES_MAX;

/** Divides entries, in order, into calls of at most 10 entries and 256 KiB. */
export const toCalls = (entries: readonly PutEventsRequestEntry[]): readonly (readonly PutEventsRequestEntry[])[] => {
  const calls: PutEventsRequestEntry[][] = [];
  let bytes = BYTES_MAX;
  for (const entry of entries) {
    const call = calls.at(-1);
    const size = entryBytes(entry);
    if (call === undefined || call.length >= ENTRIES_MAX || bytes + size > BYTES_MAX) {
      calls.push([entry]);
      bytes = size;
    } else {
      call.push(entry);
      bytes += size;
    }
  }
  return calls;
};
