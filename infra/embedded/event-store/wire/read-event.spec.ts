import { expect } from 'chai';
import fc from 'fast-check';
import { END, type StoredEvent } from '../storage/event-log.ts';
import { encodeReadEvent, type ReadEvent } from './read-event.ts';
import { persistent } from './persistent.ts';
import { writeStreamName, writeUuid } from './shared.ts';
import { streams } from './streams.ts';

/** Fills a message of either service as the generated classes have it. */
const fill = (
  message: streams.ReadResp.ReadEvent.RecordedEvent | persistent.ReadResp.ReadEvent.RecordedEvent,
  storedEvent: StoredEvent,
  position: bigint,
  structuredId: boolean,
): void => {
  message.setId(writeUuid(storedEvent.id, structuredId)).setStreamIdentifier(writeStreamName(storedEvent.stream));
  message.setStreamRevision(storedEvent.revision.toString());
  message.setPreparePosition(position.toString()).setCommitPosition(position.toString());
  message.setCustomMetadata(storedEvent.metadata).setData(storedEvent.data);
  const metadata = message.getMetadataMap();
  metadata
    .set('type', storedEvent.type)
    .set('created', storedEvent.created.toString())
    .set('content-type', storedEvent.contentType);
};

const forReader = ({ event, link, position, structuredId }: ReadEvent): streams.ReadResp => {
  const recordedEventOf = (storedEvent: StoredEvent) => {
    const message = new streams.ReadResp.ReadEvent.RecordedEvent();
    fill(message, storedEvent, storedEvent.position, structuredId);
    return message;
  };
  const message = new streams.ReadResp.ReadEvent().setCommitPosition(position.toString());
  if (event !== undefined) message.setEvent(recordedEventOf(event));
  if (link !== undefined) message.setLink(recordedEventOf(link));
  return new streams.ReadResp().setEvent(message);
};

const forConsumer = ({ event, link, position, structuredId, retryCount = 0 }: ReadEvent): persistent.ReadResp => {
  const recordedEventOf = (storedEvent: StoredEvent) => {
    const message = new persistent.ReadResp.ReadEvent.RecordedEvent();
    fill(message, storedEvent, position, structuredId);
    return message;
  };
  const message = new persistent.ReadResp.ReadEvent().setCommitPosition(position.toString()).setRetryCount(retryCount);
  if (event !== undefined) message.setEvent(recordedEventOf(event));
  if (link !== undefined) message.setLink(recordedEventOf(link));
  return new persistent.ReadResp().setEvent(message);
};

const whole = fc.oneof(fc.bigInt(0n, 300n), fc.bigInt(0n, 2n ** 53n + 9n), fc.bigInt(0n, END), fc.constant(END));
const content = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ minLength: 20_000, maxLength: 20_000 }));
const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.constant('bench-1'));
const storedEvents: fc.Arbitrary<StoredEvent> = fc.record({
  position: whole,
  stream: text,
  revision: whole,
  id: fc.uuid(),
  type: text,
  contentType: fc.constantFrom('application/json', 'application/octet-stream'),
  created: whole,
  data: content,
  metadata: content,
});
const maybe = fc.option(storedEvents, { nil: undefined });

const responseFields = { event: maybe, link: maybe, position: whole, structuredId: fc.boolean() };

describe('encoding an event', () => {
  it('yields for a reader the very bytes of the generated classes, which these read back', () => {
    fc.assert(
      fc.property(fc.record(responseFields), (fields) => {
        const bytes = encodeReadEvent(fields);
        expect(bytes.equals(forReader(fields).serializeBinary())).to.equal(true);
        const readEvent = streams.ReadResp.deserializeBinary(bytes).getEvent();
        expect(readEvent?.getCommitPosition()).to.equal(fields.position.toString());
        expect(readEvent?.getEvent()?.getMetadataMap().get('type')).to.equal(fields.event?.type);
      }),
    );
  });

  it('yields for a consumer the very bytes of the generated classes, which these read back', () => {
    fc.assert(
      fc.property(fc.record({ ...responseFields, retryCount: fc.nat({ max: 2 ** 31 - 1 }) }), (fields) => {
        const bytes = encodeReadEvent(fields);
        expect(bytes.equals(forConsumer(fields).serializeBinary())).to.equal(true);
        const readEvent = persistent.ReadResp.deserializeBinary(bytes).getEvent();
        expect(readEvent?.getRetryCount()).to.equal(fields.retryCount);
        expect(readEvent?.getLink()?.getStreamRevision()).to.equal(fields.link?.revision.toString());
      }),
    );
  });
});
