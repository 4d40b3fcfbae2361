import type { DeadLetterView } from '@lego-moc/operations/contracts/dead-letters';
import { Link } from 'wouter-preact';
import { formatInstant } from '../model/format.ts';
import { JsonView } from '../parts/json-view.tsx';
import { linkTo } from '../parts/links.ts';
import type { Ask } from './parked-actions.ts';

type Props = { readonly message: DeadLetterView; readonly ask: Ask | undefined };

const EventFacts = ({ event }: { readonly event: NonNullable<DeadLetterView['event']> }) => (
  <>
    <dt>Event</dt>
    <dd>
      <Link href={linkTo('streams', { stream: event.stream, revision: event.revision })}>
        {`${event.revision}@${event.stream}`}
      </Link>
    </dd>
    <dt>Correlation</dt>
    <dd>
      <Link href={linkTo('correlation', { id: event.correlationId })}>{event.correlationId}</Link>
    </dd>
  </>
);

/** One parked message in full: why, where, how often, and what its event says as far as may be shown. */
export const ParkedMessage = ({ message, ask }: Props) => {
  const { id, number, reason, frame, attempts, parkedAt, event, link } = message;
  return (
    <section class="details" aria-label={`Message ${number}`}>
      <h2>
        {event?.type ?? link} <span class="faint">message {number}</span>
      </h2>
      <dl>
        <dt>Reason</dt>
        <dd class="text">{reason}</dd>
        <dt>Where</dt>
        <dd>{frame === null ? '–' : <code>{frame}</code>}</dd>
        <dt>Attempts</dt>
        <dd>{attempts}</dd>
        <dt>Parked</dt>
        <dd>{formatInstant(parkedAt ?? '')}</dd>
        {event === null ? null : <EventFacts event={event} />}
      </dl>
      {event === null ? (
        <p class="faint">The event itself is gone: {link}</p>
      ) : (
        <>
          <h3>What it says</h3>
          <JsonView value={event.data} />
        </>
      )}
      <div class="buttons">
        <button type="button" disabled={ask === undefined} onClick={() => ask?.('replay', { upTo: id })}>
          Replay all up to this one …
        </button>
      </div>
    </section>
  );
};
