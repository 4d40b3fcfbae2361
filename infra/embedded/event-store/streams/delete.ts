import type { handleUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import type { AppendOutcome, EventLog, ExpectedRevision } from '../storage/event-log.ts';
import { isInvalidStream } from '../storage/stream-metadata.ts';
import { commitTimeout, invalidArgument, streamDeleted, wrongExpectedVersion } from '../wire/errors.ts';
import { readStreamName } from '../wire/shared.ts';
import { streams } from '../wire/streams.ts';
import { expectedRevision, expectedVersionNumber } from './expected-revision.ts';
import { authorizationIn, type Authorizer } from '../security/authorizer.ts';
import { CallRefused, toRpcFailure, throwIfRefused } from './rpc-failure.ts';

type Options = streams.DeleteReq.Options | streams.TombstoneReq.Options;
type End = (stream: string, expected: ExpectedRevision) => Promise<AppendOutcome>;

export const deleteHandler =
  (log: EventLog, authorizer: Authorizer): handleUnaryCall<streams.DeleteReq, streams.DeleteResp> =>
  ({ request, metadata }, callback) => {
    answer(callback, async () => {
      const position = await endStream(request.getOptions(), (stream, expected) => {
        throwIfRefused(authorizer.checkStream(authorizationIn(metadata), 'delete', stream));
        return log.softDelete(stream, expected);
      });
      return new streams.DeleteResp().setPosition(
        new streams.DeleteResp.Position().setCommitPosition(position).setPreparePosition(position),
      );
    });
  };

export const tombstoneHandler =
  (log: EventLog, authorizer: Authorizer): handleUnaryCall<streams.TombstoneReq, streams.TombstoneResp> =>
  ({ request, metadata }, callback) => {
    answer(callback, async () => {
      const position = await endStream(request.getOptions(), (stream, expected) => {
        throwIfRefused(authorizer.checkStream(authorizationIn(metadata), 'delete', stream));
        return log.tombstone(stream, expected);
      });
      return new streams.TombstoneResp().setPosition(
        new streams.TombstoneResp.Position().setCommitPosition(position).setPreparePosition(position),
      );
    });
  };

const answer = <Response>(callback: sendUnaryData<Response>, serve: () => Promise<Response>): void => {
  serve().then(
    (response) => callback(null, response),
    (error: unknown) => callback(toRpcFailure(error)),
  );
};

const endStream = async (options: Options | undefined, end: End): Promise<string> => {
  const stream = readStreamName(options?.getStreamIdentifier());
  if (options === undefined || isInvalidStream(stream)) {
    throw new CallRefused(invalidArgument('The stream name is not valid'));
  }
  const expected = expectedRevision(options);
  const outcome = await end(stream, expected);
  switch (outcome.kind) {
    case 'appended':
      return (outcome.position ?? 0n).toString();
    case 'stream-deleted':
      throw new CallRefused(streamDeleted(stream));
    case 'wrong-expected-revision':
      throw new CallRefused(wrongExpectedVersion(stream, expectedVersionNumber(expected), outcome.current));
    case 'timed-out':
      throw new CallRefused(commitTimeout());
    case 'too-large':
      throw new CallRefused(invalidArgument('The stream name is too long'));
  }
};
