import { Link } from 'wouter-preact';
import { formatCount, formatDuration, formatInstant } from '../model/format.ts';
import { secondsBehind, type Subscription } from '../model/listing.ts';
import { linkTo } from '../parts/links.ts';
import { StateBadge } from '../parts/state-badge.tsx';
import { SubscriptionSwitch } from './subscription-switch.tsx';

/** One subscription in full, with the ways to deal with it. */
export const SubscriptionDetails = ({ subscription }: { readonly subscription: Subscription }) => {
  const { service, name, group, state, lag, parked, lastError, readModel } = subscription;
  const seconds = secondsBehind(subscription);
  return (
    <section class="details" aria-label={`${name} of ${service}`}>
      <h2>
        {name} <span class="faint">of {service}</span> <StateBadge state={state} />
      </h2>
      <dl>
        <dt>Group</dt>
        <dd>
          <code>{group}</code>
        </dd>
        <dt>Events behind</dt>
        <dd>{lag === null ? 'cannot be counted while it reads the whole log' : formatCount(lag)}</dd>
        {seconds === undefined ? null : (
          <>
            <dt>Time behind</dt>
            <dd>{formatDuration(seconds)}</dd>
          </>
        )}
        <dt>Parked</dt>
        <dd>
          {parked === 0 ? (
            'none'
          ) : (
            <Link href={linkTo('parked', { service, name })}>{formatCount(parked)} messages</Link>
          )}
        </dd>
        {lastError === undefined ? null : (
          <>
            <dt>Last error</dt>
            <dd class="text">{lastError}</dd>
          </>
        )}
        {readModel === undefined ? null : (
          <>
            <dt>Read model</dt>
            <dd>
              {readModel.rows === null
                ? 'Its store could not be asked. '
                : `generation ${String(readModel.generation)}, built ${formatInstant(readModel.builtAt ?? '')}, ${formatCount(readModel.rows)} rows. `}
              <Link href={linkTo('projection', { service, name })}>Rebuild or verify</Link>
            </dd>
          </>
        )}
      </dl>
      <SubscriptionSwitch key={`${service}/${group}`} subscription={subscription} />
    </section>
  );
};
