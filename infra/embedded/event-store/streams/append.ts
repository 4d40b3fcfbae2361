import type { handleClientStreamingCall } from '@grpc/grpc-js';
import { sizeOf } from '../storage/append-size.ts';
import type { AppendOutcome, EventLog, ExpectedRevision, ProposedEvent } from '../storage/event-log.ts';
import { isInvalidStream } from '../storage/stream-metadata.ts';
import { invalidArgument, maximumAppendSizeExceeded, streamDeleted, type RpcFailure } from '../wire/errors.ts';
import { readStreamName, readUuid, shared } from '../wire/shared.ts';
import type { ProposedMessage } from '../wire/batch-append-request.ts';
import { streams } from '../wire/streams.ts';
import { expectedRevision } from './expected-revision.ts';
import { authorizationIn, type Authorizer } from '../security/authorizer.ts';
import { CallRefused, toRpcFailure, throwIfRefused } from './rpc-failure.ts';
import { proposedEvent } from './proposed-event.ts';

type Response = streams.AppendResp;
const { AppendResp } = streams;

/** The classic append: one call, its options first, then an event a message. */
export const appendHandler =
  (log: EventLog, authorizer: Authorizer): handleClientStreamingCall<streams.AppendReq, Response> =>
  (call, callback) => {
    const serve = async (): Promise<Response> => {
      const incoming = incomingAppend(log, (stream) =>
        authorizer.checkStream(authorizationIn(call.metadata), 'write', stream),
      );
      for await (const request of call as AsyncIterable<streams.AppendReq>) incoming.take(request);
      const { options, stream, events } = incoming.whole();
      const expected = expectedRevision(options);
      return responseTo(await log.append(stream, expected, events), stream, expected);
    };
    serve().then(
      (response) => callback(null, response),
      (error: unknown) => callback(toRpcFailure(error)),
    );
  };

/**
 * An append as it arrives. What is wrong with it is kept until it has ended, as a call that is not read to its end gets
 * no answer, and nothing is kept of what comes after that.
 */
const incomingAppend = (log: EventLog, refusalFor: (stream: string) => RpcFailure | undefined) => {
  let options: streams.AppendReq.Options | undefined;
  let stream = '';
  let bytes = 0;
  let refusal: { readonly reason: unknown } | undefined;
  const events: ProposedEvent[] = [];

  const begin = (newOptions: streams.AppendReq.Options): void => {
    options = newOptions;
    stream = readStreamName(newOptions.getStreamIdentifier());
    throwIfRefused(isInvalidStream(stream) ? invalidArgument('The stream name is not valid') : refusalFor(stream));
  };
  const add = (message: streams.AppendReq.ProposedMessage): void => {
    const event = proposedEvent(contentOf(message));
    bytes += sizeOf(event);
    if (bytes > log.maxAppendBytes) throw new CallRefused(maximumAppendSizeExceeded(log.maxAppendBytes));
    events.push(event);
  };

  return {
    take: (request: streams.AppendReq): void => {
      if (refusal !== undefined) return;
      const [newOptions, message] = [request.getOptions(), request.getProposedMessage()];
      try {
        if (newOptions !== undefined && options === undefined) begin(newOptions);
        if (message !== undefined) add(message);
      } catch (error) {
        refusal = { reason: error };
        events.length = 0;
      }
    },
    /** Throws what was wrong with it. */
    whole: () => {
      if (refusal !== undefined) throw refusal.reason;
      if (options === undefined) throw new CallRefused(invalidArgument('Options are missing'));
      return { options, stream, events };
    },
  };
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
