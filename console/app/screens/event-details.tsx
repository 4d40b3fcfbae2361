import type { EventSummary, ShownEvent } from '@lego-moc/operations/contracts/events';
import { Link } from 'wouter-preact';
import { useEvent } from '../api/streams.ts';
import { formatInstant } from '../model/format.ts';
import { CouldNotAsk, Loading } from '../parts/could-not-ask.tsx';
import { linkTo } from '../parts/links.ts';
import { EventData } from './event-data.tsx';

const EventLink = ({ event: { stream, revision, type } }: { readonly event: EventSummary }) => (
  <Link href={linkTo('streams', { stream, revision })}>
    {type} <span class="faint">{`${revision}@${stream}`}</span>
  </Link>
);

const Metadata = ({ event }: { readonly event: ShownEvent }) => (
  <dl>
    <dt>Event id</dt>
    <dd>
      <code>{event.eventId}</code>
    </dd>
    <dt>Recorded</dt>
    <dd>{formatInstant(event.recordedAt)}</dd>
    <dt>Actor</dt>
    <dd>{event.actor}</dd>
    <dt>Correlation</dt>
    <dd>
      <Link href={linkTo('correlation', { id: event.correlationId })}>{event.correlationId}</Link>
    </dd>
    <dt>Command</dt>
    <dd>
      <code>{event.commandId}</code>
    </dd>
    <dt>Trace</dt>
    <dd>{event.traceparent === null ? '–' : <code>{event.traceparent}</code>}</dd>
  </dl>
);

type CausesProps = {
  readonly cause: EventSummary | null;
  readonly effects: readonly EventSummary[];
  readonly isComplete: boolean;
};

const Causes = ({ cause, effects, isComplete }: CausesProps) => (
  <>
    <h3>Why</h3>
    <p>
      {cause === null ? 'Not a reaction to an event, as far as its correlation shows.' : <EventLink event={cause} />}
    </p>
    <h3>What followed</h3>
    {effects.length === 0 ? <p class="faint">No event names it as its cause.</p> : null}
    <ul>
      {effects.map((effect) => (
        <li key={effect.eventId}>
          <EventLink event={effect} />
        </li>
      ))}
    </ul>
    {isComplete ? null : <p class="faint">The correlation could not be read as a whole: there may be more.</p>}
  </>
);

type Props = { readonly service: string; readonly stream: string; readonly revision: string };

/** One event in full: what it says, as far as may be shown, why it came about and what followed. */
export const EventDetails = ({ service, stream, revision }: Props) => {
  const { data, error, refetch } = useEvent(service, stream, revision);
  const subject = `event ${revision} of ${stream}`;
  if (error !== null) return <CouldNotAsk what={subject} error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading what={subject} />;
  return (
    <section class="details" aria-label={`Event ${revision}`}>
      <h2>
        {data.event.type} <span class="faint">revision {revision}</span>
      </h2>
      <Metadata event={data.event} />
      <h3>What it says</h3>
      <EventData key={`${revision}@${stream}`} service={service} event={data.event} />
      <Causes {...data} />
    </section>
  );
};
