import { eventSummary, type EventSummary } from '@lego-moc/operations/contracts/events';
import { skippedEvents } from '@lego-moc/operations/contracts/streams';
import { useEffect, useState } from 'preact/hooks';
import { ops } from './http.ts';

/** More than this nobody scrolls through. */
const EVENTS_MAX = 500;

export type TailState = {
  /** The latest first. */
  readonly events: readonly EventSummary[];
  readonly skippedCount: number;
  readonly connection: 'connecting' | 'open' | 'lost';
};

const NOTHING: TailState = { events: [], skippedCount: 0, connection: 'connecting' };

const withEvent = (state: TailState, text: string): TailState => {
  const event = eventSummary.safeParse(JSON.parse(text));
  return event.success ? { ...state, events: [event.data, ...state.events].slice(0, EVENTS_MAX) } : state;
};

const withSkipped = (state: TailState, text: string): TailState => {
  const skip = skippedEvents.safeParse(JSON.parse(text));
  return skip.success ? { ...state, skippedCount: state.skippedCount + skip.data.count } : state;
};

/** What is recorded while the page is open. Every service shows all events; a service that does not answer is passed over. */
export const useTail = (services: readonly string[], isPaused: boolean): TailState => {
  const [state, setState] = useState(NOTHING);
  const [attempt, setAttempt] = useState(0);
  const service = services[attempt % Math.max(1, services.length)];
  useEffect(() => {
    if (isPaused || service === undefined) return undefined;
    const source = new EventSource(ops(service, 'tail'));
    source.addEventListener('open', () => setState((before) => ({ ...before, connection: 'open' })));
    source.addEventListener('recorded', ({ data }) => setState((before) => withEvent(before, String(data))));
    source.addEventListener('skipped', ({ data }) => setState((before) => withSkipped(before, String(data))));
    source.addEventListener('error', () => {
      setState((before) => ({ ...before, connection: 'lost' }));
      // Closed for good when the service refused; an answer that ended is asked for again by the browser.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => setAttempt((count) => count + 1), 2_000);
    });
    return () => source.close();
  }, [service, isPaused]);
  return state;
};
