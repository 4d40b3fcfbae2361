import type { handleClientStreamingCall } from '@grpc/grpc-js';
import type { AppendOutcome, EventLog, ExpectedRevision, ProposedEvent } from '../storage/event-log.ts';
import { invalidArgument, maximumAppendSizeExceeded, streamDeleted } from '../wire/errors.ts';
import { readStreamName, readUuid, shared } from '../wire/shared.ts';
import type { ProposedMessage } from '../wire/batch-append-request.ts';
import { streams } from '../wire/streams.ts';
import { expectedRevision } from './expected-revision.ts';
import { authorizationIn, type Gatekeeper } from '../security/gatekeeper.ts';
import { CallRefused, failureOf, refuse } from './failure-of.ts';
import { proposedEvent } from './proposed-event.ts';

type Response = streams.AppendResp;
const { AppendResp } = streams;

/** The classic append: one call, its options first, then an event a message. */
export const appendHandler =
  (log: EventLog, gate: Gatekeeper): handleClientStreamingCall<streams.AppendReq, Response> =>
  (call, callback) => {
    const serve = async (): Promise<Response> => {
      let options: streams.AppendReq.Options | undefined;
      const events: ProposedEvent[] = [];
      for await (const request of call as AsyncIterable<streams.AppendReq>) {
        options ??= request.getOptions();
        const message = request.getProposedMessage();
        if (message !== undefined) events.push(proposedEvent(contentOf(message)));
      }
      const stream = readStreamName(options?.getStreamIdentifier());
      if (options === undefined || stream === '') throw new CallRefused(invalidArgument('The stream name is empty'));
      refuse(gate.forStream(authorizationIn(call.metadata), 'write', stream));
      const expected = expectedRevision(options);
      return responseTo(await log.append(stream, expected, events), stream, expected);
    };
    serve().then(
      (response) => callback(null, response),
      (error: unknown) => callback(failureOf(error)),
    );
  };

const contentOf = (message: streams.AppendReq.ProposedMessage): ProposedMessage => ({
  id: readUuid(message.getId()),
  type: message.getMetadataMap().get('type'),
  contentType: message.getMetadataMap().get('content-type'),
  data: message.getData_asU8(),
  metadata: message.getCustomMetadata_asU8(),
});

const responseTo = (outcome: AppendOutcome, stream: string, expected: ExpectedRevision): Response => {
  switch (outcome.kind) {
    case 'appended':
      return new AppendResp().setSuccess(success(outcome.revision, outcome.position));
    case 'wrong-expected-revision':
      return new AppendResp().setWrongExpectedVersion(wrongExpectedVersion(outcome.current, expected));
    case 'stream-deleted':
      throw new CallRefused(streamDeleted(stream));
    case 'too-large':
      throw new CallRefused(maximumAppendSizeExceeded(outcome.maxBytes));
  }
};

const success = (revision: bigint, position: bigint): streams.AppendResp.Success => {
  const message = new AppendResp.Success();
  if (revision < 0n) message.setNoStream(new shared.Empty());
  else message.setCurrentRevision(revision.toString());
  const text = position.toString();
  return message.setPosition(new AppendResp.Position().setCommitPosition(text).setPreparePosition(text));
};

const wrongExpectedVersion = (
  current: bigint | undefined,
  expected: ExpectedRevision,
): streams.AppendResp.WrongExpectedVersion => {
  const message = new AppendResp.WrongExpectedVersion();
  if (current === undefined) message.setCurrentNoStream(new shared.Empty());
  else message.setCurrentRevision(current.toString());
  switch (expected) {
    case 'any':
      return message.setExpectedAny(new shared.Empty());
    case 'no-stream':
      return message.setExpectedNoStream(new shared.Empty());
    case 'stream-exists':
      return message.setExpectedStreamExists(new shared.Empty());
    default:
      return message.setExpectedRevision(expected.toString());
  }
};
