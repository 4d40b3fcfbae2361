import type { handleBidiStreamingCall } from '@grpc/grpc-js';
import type { EventLog, ProposedEvent } from '../storage/event-log.ts';
import { invalidArgument } from '../wire/errors.ts';
import { readStreamName, readUuid } from '../wire/shared.ts';
import type { streams } from '../wire/streams.ts';
import {
  accessDeniedResponse,
  badRequestResponse,
  outcomeResponse,
  timeoutResponse,
  type BatchAddress,
} from './batch-responses.ts';
import { expectedRevision } from './expected-revision.ts';
import { authorizationIn, type Gatekeeper } from '../security/gatekeeper.ts';
import { CallRefused, failureOf } from './failure-of.ts';
import { outletOf } from './outlet.ts';
import { proposedEvent } from './proposed-event.ts';

type Request = streams.BatchAppendReq;
type Response = streams.BatchAppendResp;

/** An append that has begun to arrive. */
type Draft = {
  readonly address: BatchAddress;
  readonly deadline: Date | undefined;
  readonly events: ProposedEvent[];
};

/** Requests taken in but not answered; beyond that the client waits in its own buffers, not in ours. */
const UNANSWERED_BYTES_MAX = 16 * 1024 * 1024;

/** Many appends over one call, each possibly in several messages, answered in whatever order they become durable. */
export const batchAppendHandler =
  (log: EventLog, gate: Gatekeeper): handleBidiStreamingCall<Request, Response> =>
  (call) => {
    const out = outletOf(call);
    const drafts = new Map<string, Draft>();
    let unansweredBytes = 0;
    let isEnded = false;
    let unanswered = 0;

    const fail = (error: unknown): void => {
      if (!out.isGone()) call.emit('error', failureOf(error));
    };

    const finish = async (draft: Draft, bytes: number): Promise<void> => {
      unanswered += 1;
      unansweredBytes += bytes;
      if (unansweredBytes > UNANSWERED_BYTES_MAX) call.pause();
      const refusal = gate.forStream(authorizationIn(call.metadata), 'write', draft.address.stream);
      const response = refusal === undefined ? await respond(log, draft) : accessDeniedResponse(draft.address);
      out.write(response);
      await out.room();
      unanswered -= 1;
      unansweredBytes -= bytes;
      if (unansweredBytes <= UNANSWERED_BYTES_MAX && call.isPaused()) call.resume();
      if (isEnded && unanswered === 0) call.end();
    };

    call.on('data', (request: Request) => {
      try {
        const correlationId = correlationOf(request);
        const draft = drafts.get(correlationId) ?? draftOf(request, correlationId);
        drafts.set(correlationId, draft);
        for (const message of request.getProposedMessagesList()) draft.events.push(proposedEvent(message));
        if (!request.getIsFinal()) return;
        drafts.delete(correlationId);
        finish(draft, bytesOf(draft.events)).catch(fail);
      } catch (error) {
        fail(error);
      }
    });
    call.on('end', () => {
      isEnded = true;
      if (unanswered === 0) call.end();
    });
  };

const correlationOf = (request: Request): string => {
  const id = readUuid(request.getCorrelationId());
  if (id === undefined) throw new CallRefused(invalidArgument('The correlation id is not a UUID'));
  return id;
};

const draftOf = (request: Request, correlationId: string): Draft => {
  const options = request.getOptions();
  if (options === undefined) throw new CallRefused(invalidArgument('Options are missing'));
  return {
    address: {
      correlationId,
      structuredId: request.getCorrelationId()?.hasStructured() ?? false,
      stream: readStreamName(options.getStreamIdentifier()),
      expected: expectedRevision({
        hasRevision: () => options.hasStreamPosition(),
        getRevision: () => options.getStreamPosition(),
        hasNoStream: () => options.hasNoStream(),
        hasAny: () => options.hasAny(),
        hasStreamExists: () => options.hasStreamExists(),
      }),
    },
    deadline: options.getDeadline()?.toDate(),
    events: [],
  };
};

const respond = async (log: EventLog, { address, deadline, events }: Draft): Promise<Response> => {
  if (address.stream === '') return badRequestResponse(address, 'The stream name is empty');
  if (deadline !== undefined && deadline.getTime() <= Date.now()) return timeoutResponse(address);
  return outcomeResponse(address, await log.append(address.stream, address.expected, events));
};

const bytesOf = (events: readonly ProposedEvent[]): number =>
  events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
