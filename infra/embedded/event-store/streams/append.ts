import type { handleClientStreamingCall } from '@grpc/grpc-js';
import { heldBytes, limitedBytes } from '../storage/append-size.ts';
import type { AppendOutcome, EventLog, ExpectedRevision, ProposedEvent } from '../storage/event-log.ts';
import { isInvalidStream } from '../storage/stream-metadata.ts';
import {
  cancelledCall,
  commitTimeout,
  invalidArgument,
  maximumAppendSizeExceeded,
  streamDeleted,
  unfinishedAppendEvicted,
  type RpcFailure,
} from '../wire/errors.ts';
import { readStreamName, readUuid, shared } from '../wire/shared.ts';
import type { ProposedMessage } from '../wire/batch-append-request.ts';
import { streams } from '../wire/streams.ts';
import { expectedRevision } from './expected-revision.ts';
import { authorizationIn, type Authorizer } from '../security/authorizer.ts';
import { CallRefused, toRpcFailure, throwIfRefused } from './rpc-failure.ts';
import { proposedEvent } from './proposed-event.ts';
import type { UnfinishedAppends } from './unfinished-appends.ts';

type Request = streams.AppendReq;
type Response = streams.AppendResp;
const { AppendResp } = streams;

/** The classic append: one call, its options first, then an event a message. */
export const appendHandler =
  (
    log: EventLog,
    authorizer: Authorizer,
    unfinishedWrites: UnfinishedAppends,
  ): handleClientStreamingCall<Request, Response> =>
  (call, callback) => {
    const authorization = authorizationIn(call.metadata);
    let isAnswered = false;
    const answer = (error: unknown, response?: Response): void => {
      unfinishedWrites.release(call);
      if (isAnswered) return;
      isAnswered = true;
      callback(error === undefined ? null : toRpcFailure(error), response);
    };
    const appendRequest = incomingAppend(log, (stream) => authorizer.checkStream(authorization, 'write', stream));
    const evict = (): void => {
      appendRequest.drop();
      answer(new CallRefused(unfinishedAppendEvicted()));
    };

    // A refused append is read on, and what still comes of it is dropped: a call that is left unread gets no answer.
    call.on('data', (request: Request) => {
      if (isAnswered) return;
      try {
        appendRequest.add(request);
        unfinishedWrites.hold(call, appendRequest.heldBytes(), evict);
      } catch (error) {
        appendRequest.drop();
        answer(error);
      }
    });
    call.on('end', () => {
      if (!isAnswered) appendRequest.append().then((response) => answer(undefined, response), answer);
    });
    call.once('cancelled', () => {
      appendRequest.drop();
      answer(new CallRefused(cancelledCall()));
    });
  };

/** An append as it arrives. */
const incomingAppend = (log: EventLog, refusalFor: (stream: string) => RpcFailure | undefined) => {
  let options: streams.AppendReq.Options | undefined;
  let stream = '';
  let dataBytes = 0;
  let memoryBytes = 0;
  let events: ProposedEvent[] = [];

  const begin = (newOptions: streams.AppendReq.Options): void => {
    options = newOptions;
    stream = readStreamName(newOptions.getStreamIdentifier());
    throwIfRefused(isInvalidStream(stream) ? invalidArgument('The stream name is not valid') : refusalFor(stream));
  };
  const addEvent = (message: streams.AppendReq.ProposedMessage): void => {
    const event = proposedEvent(contentOf(message));
    dataBytes += limitedBytes(event);
    memoryBytes += heldBytes(event);
    if (dataBytes > log.maxAppendBytes) throw new CallRefused(maximumAppendSizeExceeded(log.maxAppendBytes));
    events.push(event);
  };

  return {
    /** Throws what is wrong with it. */
    add: (request: Request): void => {
      const [newOptions, message] = [request.getOptions(), request.getProposedMessage()];
      if (newOptions !== undefined && options === undefined) begin(newOptions);
      if (message !== undefined) addEvent(message);
    },
    heldBytes: (): number => memoryBytes,
    drop: (): void => {
      events = [];
    },
    append: async (): Promise<Response> => {
      if (options === undefined) throw new CallRefused(invalidArgument('Options are missing'));
      const expected = expectedRevision(options);
      return responseTo(await log.append(stream, expected, events), stream, expected);
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
    case 'timed-out':
      throw new CallRefused(commitTimeout());
    case 'too-large':
      throw new CallRefused(maximumAppendSizeExceeded(outcome.maxBytes));
  }
};

const success = (revision: bigint, position: bigint | undefined): streams.AppendResp.Success => {
  const message = new AppendResp.Success();
  if (revision < 0n) message.setNoStream(new shared.Empty());
  else message.setCurrentRevision(revision.toString());
  if (position === undefined) return message.setNoPosition(new shared.Empty());
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
