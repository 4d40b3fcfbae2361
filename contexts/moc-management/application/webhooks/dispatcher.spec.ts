import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import type { UserId } from '@lego-moc/kernel/message';
import type { WebhookId } from '../../domain/webhook-events.ts';
import type { Claim } from '../ports/webhook-deliveries.ts';
import type { TakeSlot } from '../ports/receivers.ts';
import { runDispatcher } from './dispatcher.ts';

type Due = { readonly owner: string; readonly host: string };

/** A dispatcher over these webhooks; turns last until they are ended, or until it stops. */
const begin = (due: readonly Due[]) => {
  const rest = [...due];
  const hosts = new Map<string, string>();
  const turns: { owner: string; host: string; end: () => void }[] = [];
  const errors: unknown[] = [];
  const deliveries = {
    claim: ({ owners, destinations }: { owners: readonly string[]; destinations: readonly string[] }) => {
      const at = rest.findIndex(({ owner, host }) => !owners.includes(owner) && !destinations.includes(host));
      const [next] = at === -1 ? [] : rest.splice(at, 1);
      if (next === undefined) return Promise.resolve(undefined);
      const webhookId = newId() as WebhookId;
      hosts.set(webhookId, next.host);
      const claim: Claim = { webhookId, owner: next.owner as UserId, lease: '', failures: 0, generation: 0 };
      return Promise.resolve(claim);
    },
  };
  const deliver = async ({ owner, webhookId }: Claim, takeSlot: TakeSlot, signal: AbortSignal): Promise<void> => {
    const host = hosts.get(webhookId) ?? '';
    const leave = takeSlot(host);
    if (leave === undefined) {
      rest.push({ owner, host });
      return;
    }
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve());
      turns.push({ owner, host, end: resolve });
    });
    leave();
    if (host === 'broken') throw new Error('broken');
  };
  const dispatcher = runDispatcher({ deliveries, deliver, onError: (error) => void errors.push(error) });
  const untilTurnOf = (owner: string) =>
    pollUntil(
      'the turn',
      () => turns.find((turn) => turn.owner === owner),
      (turn) => turn !== undefined,
      10_000,
    );
  return { dispatcher, turns, errors, rest, untilTurnOf };
};

const times = (count: number, due: (at: number) => Due): readonly Due[] =>
  Array.from({ length: count }, (_, at) => due(at));

describe('dispatching due messages', () => {
  it('gives one user with many hanging receivers two turns, and everybody else theirs', async () => {
    const hanging = times(100, (at) => ({ owner: 'mallory', host: `host-${String(at)}` }));
    const { dispatcher, turns, untilTurnOf } = begin([...hanging, { owner: 'ada', host: 'elsewhere' }]);
    await untilTurnOf('ada');
    expect(turns.filter(({ owner }) => owner === 'mallory')).to.have.length(2);
    await dispatcher.stop();
  });

  it('gives one hanging host four turns, whoever sends to it', async () => {
    const hanging = times(100, (at) => ({ owner: `user-${String(at)}`, host: 'hanging' }));
    const { dispatcher, turns, untilTurnOf } = begin([...hanging, { owner: 'ada', host: 'elsewhere' }]);
    await untilTurnOf('ada');
    expect(turns.filter(({ host }) => host === 'hanging')).to.have.length(4);
    await dispatcher.stop();
  });

  it('goes on when a turn ends, and when one throws', async () => {
    const { dispatcher, errors, rest, untilTurnOf } = begin([
      ...times(3, () => ({ owner: 'ada', host: 'broken' })),
      { owner: 'bob', host: 'elsewhere' },
    ]);
    (await untilTurnOf('ada'))?.end();
    await pollUntil(
      'the third turn',
      () => rest.length,
      (length) => length === 0,
      10_000,
    );
    expect(errors).to.have.length(1);
    await untilTurnOf('bob');
    await dispatcher.stop();
  });
});
