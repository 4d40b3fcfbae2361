import { useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { restartService, type ServiceState } from '../api/services.ts';
import type { Call } from '../model/service-rates.ts';
import { ConfirmDialog, type Confirmation } from '../parts/confirm.tsx';
import { linkTo } from '../parts/links.ts';
import { formatP95, formatRate, formatShare } from '../parts/rate-text.ts';
import { useMayAct } from '../parts/session-context.ts';

type Props = { readonly state: ServiceState; readonly calls: readonly Call[] };

/** The gateway is nobody's service: it has no routes for operators of its own. */
const isRestartable = ({ name }: ServiceState): boolean => name !== 'gateway';

const CallTo = ({ call: { from, rate, isOpen } }: { readonly call: Call }) => (
  <li>
    {from}: {formatRate(rate)}, {formatShare(rate)} errors, p95 {formatP95(rate)}
    {isOpen ? <strong class="badge critical">breaker open</strong> : null}
  </li>
);

/** One service: how it answers those that call it, and its restart. */
export const ServiceDetails = ({ state, calls }: Props) => {
  const { name, isReady, reason } = state;
  const queries = useQueryClient();
  const mayAct = useMayAct();
  const [confirmation, setConfirmation] = useState<Confirmation>();
  const restart: Confirmation = {
    ...{ action: 'Restart', count: '1 instance', target: name, isDangerous: true },
    consequence: 'It ends the requests that it has begun and starts anew. Requests meanwhile wait or are refused.',
    run: async (intent) => {
      await restartService(name, intent);
      await queries.invalidateQueries({ queryKey: ['services'] });
    },
  };
  return (
    <section class="details" aria-label={`Service ${name}`}>
      <h2>
        {name} <span class={isReady ? 'badge good' : 'badge critical'}>{isReady ? 'ready' : 'not ready'}</span>
      </h2>
      {reason === null ? null : <p>{reason}</p>}
      <h3>How it answers its callers</h3>
      {calls.length === 0 ? <p class="faint">Nobody has called it.</p> : null}
      <ul>
        {calls.map((call) => (
          <CallTo key={call.from} call={call} />
        ))}
      </ul>
      <p>
        <Link href={linkTo('subscriptions', { q: name })}>Its subscriptions</Link> ·{' '}
        <Link href={linkTo('latency', { service: name })}>Its latency and errors</Link>
      </p>
      {isRestartable(state) ? (
        <div class="buttons">
          <button type="button" class="danger" disabled={!mayAct} onClick={() => setConfirmation(restart)}>
            Restart …
          </button>
        </div>
      ) : null}
      {mayAct ? null : <p class="faint">Changes need the role operator:act.</p>}
      {confirmation === undefined ? null : (
        <ConfirmDialog confirmation={confirmation} onClose={() => setConfirmation(undefined)} />
      )}
    </section>
  );
};
