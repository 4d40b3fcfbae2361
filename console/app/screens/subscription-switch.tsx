import { useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { switchSubscription } from '../api/subscriptions.ts';
import type { Subscription } from '../model/listing.ts';
import { ConfirmDialog, type Confirmation } from '../parts/confirm.tsx';
import { useMayAct } from '../parts/session-context.ts';

const CHANGES = {
  start: { action: 'Start', consequence: 'It takes messages again, beginning with those that waited.' },
  stop: {
    action: 'Stop',
    consequence:
      'The instance that is asked takes no further messages until it is started, or the service is. They wait.',
  },
} as const;

/** Starts a subscription that was stopped, and stops one that takes messages. */
export const SubscriptionSwitch = ({ subscription }: { readonly subscription: Subscription }) => {
  const { service, name, group, state } = subscription;
  const queries = useQueryClient();
  const mayAct = useMayAct();
  const [confirmation, setConfirmation] = useState<Confirmation>();
  const change = state === 'stopped' ? 'start' : 'stop';
  const { action, consequence } = CHANGES[change];
  const ask = (): void =>
    setConfirmation({
      ...{ action, consequence, count: '1 subscription', target: `${name} in ${service}` },
      isDangerous: change === 'stop',
      run: async (intent) => {
        await switchSubscription({ service, group }, change, intent);
        await queries.invalidateQueries({ queryKey: ['subscriptions', service] });
      },
    });
  return (
    <>
      <div class="buttons">
        <button type="button" class={change === 'start' ? 'primary' : 'danger'} disabled={!mayAct} onClick={ask}>
          {action} …
        </button>
      </div>
      {mayAct ? null : <p class="faint">Changes need the role operator:act.</p>}
      {confirmation === undefined ? null : (
        <ConfirmDialog confirmation={confirmation} onClose={() => setConfirmation(undefined)} />
      )}
    </>
  );
};
