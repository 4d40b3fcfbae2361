import type { handleBidiStreamingCall } from '@grpc/grpc-js';
import { authorizationIn, type Gatekeeper } from '../security/gatekeeper.ts';
import type { EventLog, ProposedEvent } from '../storage/event-log.ts';
import type { BatchAppendRequest, Deadline } from '../wire/batch-append-request.ts';
import type { BatchAddress } from '../wire/batch-append-response.ts';
import { invalidArgument } from '../wire/errors.ts';
import type { BatchAppendResponse } from '../wire/streams.ts';
import { accessDeniedResponse, badRequestResponse, outcomeResponse, timeoutResponse } from './batch-responses.ts';
import { expectationMissing } from './expected-revision.ts';
import { CallRefused, failureOf } from './failure-of.ts';
import { outletOf } from './outlet.ts';
import { proposedEvent } from './proposed-event.ts';

/** An append that has begun to arrive. */
type Draft = {
  readonly address: BatchAddress;
  /** In milliseconds since the Unix epoch. */
  readonly deadline: number | undefined;
  readonly events: ProposedEvent[];
};

/** Requests taken in but not answered; beyond that the client waits in its own buffers, not in ours. */
const UNANSWERED_BYTES_MAX = 16 * 1024 * 1024;

/** Many appends over one call, each possibly in several messages, answered in whatever order they become durable. */
export const batchAppendHandler =
  (log: EventLog, gate: Gatekeeper): handleBidiStreamingCall<BatchAppendRequest, BatchAppendResponse> =>
  (call) => {
    const out = outletOf(call);
    const authorization = authorizationIn(call.metadata);
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
      const refusal = gate.forStream(authorization, 'write', draft.address.stream);
      const response = refusal === undefined ? await respond(log, draft) : accessDeniedResponse(draft.address);
      out.write(response);
      await out.room();
      unanswered -= 1;
      unansweredBytes -= bytes;
      if (unansweredBytes <= UNANSWERED_BYTES_MAX && call.isPaused()) call.resume();
      if (isEnded && unanswered === 0) call.end();
    };

    call.on('data', (request: BatchAppendRequest) => {
      try {
        const correlationId = correlationOf(request);
        const draft = drafts.get(correlationId) ?? draftOf(request, correlationId);
        for (const message of request.messages) draft.events.push(proposedEvent(message));
        if (!request.isFinal) return void drafts.set(correlationId, draft);
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

const correlationOf = ({ correlation }: BatchAppendRequest): string => {
  if (correlation.id === undefined) throw new CallRefused(invalidArgument('The correlation id is not a UUID'));
  return correlation.id;
};

const draftOf = ({ correlation, options }: BatchAppendRequest, correlationId: string): Draft => {
  if (options === undefined) throw new CallRefused(invalidArgument('Options are missing'));
  const { stream, expected, deadline } = options;
  if (expected === undefined) throw expectationMissing();
  return {
    address: { correlationId, structuredId: correlation.structured, stream, expected },
    deadline: deadline && instantOf(deadline),
    events: [],
  };
};

const instantOf = ({ kind, ms }: Deadline): number => (kind === 'at' ? ms : Date.now() + ms);

const respond = async (log: EventLog, { address, deadline, events }: Draft): Promise<BatchAppendResponse> => {
  if (address.stream === '') return badRequestResponse(address, 'The stream name is empty');
  if (deadline !== undefined && deadline <= Date.now()) return timeoutResponse(address);
  return outcomeResponse(address, await log.append(address.stream, address.expected, events));
};

const bytesOf = (events: readonly ProposedEvent[]): number =>
  events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
