import { useState } from 'preact/hooks';
import { Link, useLocation } from 'wouter-preact';
import { fetchGiven, useAggregate, type Aggregate, type AggregatePlace } from '../api/aggregates.ts';
import { formatInstant } from '../model/format.ts';
import { toTest } from '../model/given-test.ts';
import { CouldNotAsk, Loading } from '../parts/could-not-ask.tsx';
import { JsonView } from '../parts/json-view.tsx';
import { linkTo, useLinkHere } from '../parts/links.ts';
import { useParam } from '../parts/params.ts';
import { useShortcuts } from '../parts/shortcuts.ts';
import { StateDifference } from './state-difference.tsx';

type Go = (revision: number) => void;

const Steps = ({ aggregate, go }: { readonly aggregate: Aggregate; readonly go: Go }) => {
  const [at, setAt] = useParam('at');
  const [revision, last] = [Number(aggregate.revision), Number(aggregate.lastRevision)];
  useShortcuts({ '[': () => go(Math.max(0, revision - 1)), ']': () => go(Math.min(last, revision + 1)) });
  return (
    <div class="table-tools steps">
      <button type="button" disabled={revision === 0} onClick={() => go(revision - 1)}>
        Earlier <kbd>[</kbd>
      </button>
      <input
        type="range"
        aria-label="Revision"
        min={0}
        max={last}
        value={revision}
        onInput={({ currentTarget }) => go(Number(currentTarget.value))}
      />
      <button type="button" disabled={revision === last} onClick={() => go(revision + 1)}>
        Later <kbd>]</kbd>
      </button>
      <span role="status">
        Revision {revision} of {last}
      </span>
      <label>
        At (UTC){' '}
        <input
          type="datetime-local"
          step="1"
          value={at.slice(0, 19)}
          onChange={({ currentTarget: { value } }) => setAt(value === '' ? '' : new Date(`${value}Z`).toISOString())}
        />
      </label>
    </div>
  );
};

const Origin = ({ event }: Pick<Aggregate, 'event'>) => (
  <dl>
    <dt>After</dt>
    <dd>
      <Link href={linkTo('streams', { stream: event.stream, revision: event.revision })}>{event.type}</Link>
    </dd>
    <dt>When</dt>
    <dd>{formatInstant(event.recordedAt)}</dd>
    <dt>Who</dt>
    <dd>{event.actor}</dd>
    <dt>Why</dt>
    <dd>
      command <code>{event.commandId}</code> of the request{' '}
      <Link href={linkTo('correlation', { id: event.correlationId })}>{event.correlationId}</Link>
    </dd>
  </dl>
);

/** Shown as well as copied: a page without TLS may not write to the clipboard. */
const TestOfHistory = ({ place, revision }: { readonly place: AggregatePlace; readonly revision: string }) => {
  const [text, setText] = useState<string>();
  const [failure, setFailure] = useState<Error>();
  const copy = async (): Promise<void> => {
    try {
      const program = toTest(`${place.category} at revision ${revision}`, await fetchGiven(place, revision));
      setText(program);
      await navigator.clipboard.writeText(program).catch(() => undefined);
    } catch (error) {
      setFailure(error as Error);
    }
  };
  return (
    <>
      <div class="buttons">
        <button type="button" onClick={() => void copy()}>
          Copy as a given/when/then test
        </button>
      </div>
      {failure === undefined ? null : <CouldNotAsk what="its history" error={failure} />}
      {text === undefined ? null : (
        <pre class="text" aria-label="Test">
          {text}
        </pre>
      )}
    </>
  );
};

/** One aggregate, at any revision or instant. */
export const TimeTravel = ({ place }: { readonly place: AggregatePlace }) => {
  const [revision] = useParam('revision');
  const [at] = useParam('at');
  const [, navigate] = useLocation();
  const linkHere = useLinkHere('aggregate');
  const { data, error, refetch } = useAggregate(place, { revision: at === '' ? revision : '', at });
  const stream = `${place.category}-${place.id}`;
  const go: Go = (target) => navigate(linkHere({ at: '', revision: String(target) }), { replace: true });
  return (
    <>
      <h2>
        <code>{stream}</code> <span class="faint">of {place.service}</span>
      </h2>
      <p class="trail">
        <Link href={linkTo('streams', { service: place.service, stream })}>Its events</Link>
      </p>
      {error === null ? null : (
        <CouldNotAsk what={`the state of ${stream}`} error={error} retry={() => void refetch()} />
      )}
      {data === undefined && error === null ? <Loading what={`the state of ${stream}`} /> : null}
      {data === undefined ? null : (
        <>
          <Steps aggregate={data} go={go} />
          <section class="details" aria-label={`State at revision ${data.revision}`}>
            <Origin event={data.event} />
            <h3>What it was then</h3>
            <JsonView value={data.state} />
            <TestOfHistory key={data.revision} place={place} revision={data.revision} />
          </section>
          <StateDifference place={place} revision={Number(data.revision)} last={Number(data.lastRevision)} />
        </>
      )}
    </>
  );
};
