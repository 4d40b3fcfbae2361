import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import type { GroupPlace } from '../api/parked.ts';
import type { Subscription } from '../model/listing.ts';
import { ConfirmDialog } from '../parts/confirm.tsx';
import { useLinkHere } from '../parts/links.ts';
import { useParam } from '../parts/params.ts';
import { useMayAct } from '../parts/session-context.ts';
import { ParkedGroups } from './parked-groups.tsx';
import { ParkedMessages } from './parked-messages.tsx';
import { useParkedActions } from './parked-actions.ts';

/** The parked messages of one subscription: by kind, one by one, and those that were discarded. */
export const ParkedOf = ({ subscription }: { readonly subscription: Subscription }) => {
  const { service, name, group } = subscription;
  const [place] = useState<GroupPlace>({ service, group });
  const [key] = useParam('kind');
  const [discarded] = useParam('discarded');
  const isDiscarded = discarded === 'true';
  const linkHere = useLinkHere('parked');
  const mayAct = useMayAct();
  const { ask, confirmation, close, outcome } = useParkedActions(place, name);
  return (
    <>
      <h2>
        {name} <span class="faint">of {service}</span>
      </h2>
      <p class="trail">
        <Link href={linkHere({ kind: '', discarded: '' })}>By kind</Link> ·{' '}
        <Link href={linkHere({ kind: 'all', discarded: '' })}>One by one</Link> ·{' '}
        <Link href={linkHere({ kind: 'all', discarded: 'true' })}>Discarded</Link>
      </p>
      {mayAct ? null : <p class="faint">Changes need the role operator:act.</p>}
      {outcome === undefined ? null : (
        <p class={outcome.isBad ? 'job bad' : 'job'} role="status">
          {outcome.text}
        </p>
      )}
      {key === '' ? (
        <ParkedGroups place={place} ask={mayAct ? ask : undefined} />
      ) : (
        <ParkedMessages
          key={`${key} ${discarded}`}
          place={place}
          kind={key === 'all' ? '' : key}
          isDiscarded={isDiscarded}
          ask={mayAct ? ask : undefined}
        />
      )}
      {confirmation === undefined ? null : <ConfirmDialog confirmation={confirmation} onClose={close} />}
    </>
  );
};
