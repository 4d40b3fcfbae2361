import { Link } from 'wouter-preact';
import { formatCount, formatDuration, formatInstant } from '../model/format.ts';
import type { Subscription } from '../model/listing.ts';
import { linkTo } from '../parts/links.ts';
import { StateBadge } from '../parts/state-badge.tsx';

/** One subscription in full, with the ways to deal with it. */
export const SubscriptionDetails = ({ subscription }: { readonly subscription: Subscription }) => {
  const { service, name, group, state, lag, secondsBehind, parked, lastError, readModel } = subscription;
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
        {secondsBehind === undefined ? null : (
          <>
            <dt>Time behind</dt>
            <dd>{formatDuration(secondsBehind)}</dd>
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
              generation {readModel.generation}, built {formatInstant(readModel.builtAt)}, {formatCount(readModel.rows)}{' '}
              rows. <Link href={linkTo('projection', { service, name })}>Rebuild or verify</Link>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
};
