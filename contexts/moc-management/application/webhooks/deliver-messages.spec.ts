import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { SealedValueId, WebhookId } from '../../domain/webhook-events.ts';
import { webhooksDecider, type Webhook, type Webhooks } from '../../domain/webhooks.ts';
import type { Answer, Postponement } from '../ports/receivers.ts';
import { TEST_TYPE, type Claim, type Delivery, type WebhookDeliveries } from '../ports/webhook-deliveries.ts';
import { deliverMessages } from './deliver-messages.ts';

const at = '2026-01-01T12:00:00.000Z' as Instant;
const ada = 'ada' as UserId;
const webhookId = newId() as WebhookId;
const [url, secret, formerSecret] = ['url', 'secret', 'former'] as SealedValueId[] as [
  SealedValueId,
  SealedValueId,
  SealedValueId,
];
const DAY_MS = 86_400_000;

const webhook: Webhook = {
  ...{ owner: ada, subject: { kind: 'own-mocs' }, eventTypes: ['moc.liked'], url, secret, formerSecret: null },
  ...{ addedAt: at, disabled: null, generation: 2 },
};
const delivery = (more: Partial<Delivery> = {}): Delivery => ({
  ...{ deliveryId: newId(), webhookId, owner: ada, type: 'moc.liked', mocId: null, commentId: null },
  ...{ audience: 'readers', announcement: null, at, attempts: 0 },
  ...more,
});
const claim: Claim = { webhookId, owner: ada, lease: newId(), failures: 0, generation: 2 };
const answerOf = (status: number | null, more: Partial<Answer> = {}): Answer => ({
  ...{ status, failure: status === null ? 'timeout' : null, durationMs: 5, retryAfterMs: null },
  ...more,
});

type World = {
  readonly pending?: readonly Delivery[];
  readonly answers?: readonly (Answer | Postponement)[];
  readonly user?: Webhooks;
  readonly values?: Readonly<Record<string, string>>;
  readonly failingMs?: number;
  readonly compose?: () => Promise<never>;
  readonly hasSlot?: boolean;
};

const withWebhook = (change: Partial<Webhook> = {}): Webhooks => ({
  ...webhooksDecider.initial,
  byId: { [webhookId]: { ...webhook, ...change } },
});

/** Runs one turn against receivers that give these answers, and returns everything that was done. */
const turn = async ({ pending = [delivery()], answers = [answerOf(204)], user = withWebhook(), ...more }: World) => {
  const { values = { url: 'https://example.com/', secret: 'whsec_1', former: 'whsec_0' }, failingMs = 0 } = more;
  const rest = [...pending];
  const steps: unknown[][] = [];
  const record = (...step: unknown[]) => {
    steps.push(step);
    return Promise.resolve();
  };
  const recordAs = (name: string) => (message: Delivery, _attempt: unknown, again?: { retryMs: number | null }) => {
    rest.splice(rest.indexOf(message), 1);
    return record(name, message.deliveryId, ...(again === undefined ? [] : [again])).then(() => failingMs);
  };
  const deliveries = {
    next: () => Promise.resolve(rest[0]),
    recordSuccess: recordAs('success'),
    recordFailure: recordAs('failure'),
    drop: (id: string) => {
      rest.shift();
      return record('drop', id);
    },
    miss: () => record('miss'),
    forget: () => record('forget'),
    forgive: (_id: string, generation: number) => record('forgive', generation),
    release: (_claim: Claim, destination: string | null) => record('release', destination),
  } as unknown as WebhookDeliveries;
  const answersLeft = [...answers];
  const deliver = deliverMessages({
    deliveries,
    webhooks: {
      latest: () => Promise.resolve({ state: user, revision: 0n }),
      disable: (_owner, { reason, generation }) => record('disable', reason, generation),
    },
    values: { find: (_owner, id) => Promise.resolve(values[id]) },
    receivers: {
      destinationOf: () => 'host',
      post: (_url, { headers }) => {
        steps.push(['post', headers['secrets']]);
        return Promise.resolve(answersLeft.shift() ?? answerOf(204));
      },
    },
    compose: more.compose ?? (({ type, at: timestamp }) => Promise.resolve({ type, timestamp, data: {} })),
    sign: (_id, body, secrets) => ({ body, headers: { secrets: secrets.join() } }),
    now: () => at,
    onAttempt: () => undefined,
  });
  const run = deliver(
    claim,
    () => (more.hasSlot === false ? undefined : () => undefined),
    new AbortController().signal,
  );
  const error: unknown = await run.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  return { steps, error, names: steps.map(([name]) => name) };
};

describe('delivering the messages of a webhook', () => {
  it('sends them one after the other, and gives the webhook back', async () => {
    const { names } = await turn({ pending: [delivery(), delivery()] });
    expect(names).to.deep.equal(['post', 'success', 'post', 'success', 'release']);
  });

  it('stops at a failure, to be repeated with growing pauses, or when the receiver asks for it', async () => {
    const { names, steps } = await turn({ pending: [delivery(), delivery()], answers: [answerOf(500)] });
    expect(names).to.deep.equal(['post', 'failure', 'release']);
    const again = steps[1]![2] as { retryMs: number; pauseMs: number; generation: number };
    expect(again.retryMs).to.be.within(2_500, 7_500);
    expect(again.pauseMs).to.be.within(500, 1_500);
    expect(again.generation).to.equal(2);
    const late = await turn({ pending: [delivery({ attempts: 30 })], answers: [answerOf(null)] });
    expect((late.steps[1]![2] as { retryMs: number }).retryMs).to.be.within(1_800_000, 5_400_000);
    const patient = await turn({ answers: [answerOf(429, { retryAfterMs: 3 * DAY_MS })] });
    expect(patient.steps[1]![2]).to.include({ retryMs: DAY_MS, pauseMs: DAY_MS });
  });

  it('waits for the address of others without counting an attempt', async () => {
    const { steps } = await turn({ answers: [{ busy: 'address' }] });
    expect(steps.map(([name]) => name)).to.deep.equal(['post', 'release']);
    expect(steps.at(-1)).to.deep.equal(['release', 'address']);
  });

  it('takes a redirect for a failure', async () => {
    expect((await turn({ answers: [answerOf(301)] })).names).to.deep.equal(['post', 'failure', 'release']);
  });

  it('ends with a 410, and with a failure after days of them', async () => {
    const last = await turn({ answers: [answerOf(410)] });
    expect(last.steps[1]![2]).to.include({ retryMs: null });
    expect(last.steps.slice(2)).to.deep.equal([['disable', 'receiver-gone', 2], ['miss'], ['release', 'host']]);
    const failing = await turn({ answers: [answerOf(500)], failingMs: 3 * DAY_MS });
    expect(failing.steps.slice(2)).to.deep.equal([['disable', 'failing', 2], ['miss'], ['release', 'host']]);
    expect((await turn({ answers: [answerOf(500)], failingMs: 3 * DAY_MS - 1 })).names).not.to.include('disable');
  });

  it('tries a test once, whatever comes of it, also for a disabled webhook', async () => {
    const user = withWebhook({ disabled: { reason: 'owner', at } });
    const { names, steps } = await turn({ user, pending: [delivery({ type: TEST_TYPE })], answers: [answerOf(410)] });
    expect(names).to.deep.equal(['miss', 'post', 'failure', 'release']);
    expect(steps[2]![2]).to.include({ retryMs: null });
  });

  it('signs with the former secret, too, until it ends', async () => {
    const former = (endsAt: string) => withWebhook({ formerSecret: { id: formerSecret, endsAt: endsAt as Instant } });
    expect((await turn({ user: former('2026-01-01T12:00:01.000Z') })).steps[0]).to.deep.equal([
      'post',
      'whsec_1,whsec_0',
    ]);
    expect((await turn({ user: former(at) })).steps[0]).to.deep.equal(['post', 'whsec_1']);
  });

  it('drops what its owner may not have, and passes over what cannot be read', async () => {
    const secret = delivery();
    const withheld = await turn({ pending: [secret], compose: () => Promise.resolve(undefined as never) });
    expect(withheld.steps).to.deep.equal([
      ['drop', secret.deliveryId],
      ['release', 'host'],
    ]);
    const unreadable = await turn({ compose: () => Promise.reject(new Error('unreadable')) });
    expect(unreadable.names).to.deep.equal(['failure', 'release']);
  });

  it('keeps the claim over an outage, so that it is its pause', async () => {
    const outage = Object.assign(new Error('away'), { outage: true });
    const { names, error } = await turn({ compose: () => Promise.reject(outage) });
    expect([names, error]).to.deep.equal([[], outage]);
  });

  it('forgets what is left of a removed webhook, and the failures of one that was moved or enabled', async () => {
    expect((await turn({ user: webhooksDecider.initial })).names).to.deep.equal(['forget']);
    const { steps } = await turn({ user: withWebhook({ generation: 3 }) });
    expect(steps[0]).to.deep.equal(['forgive', 3]);
  });

  it('disables a webhook whose URL or secret is lost, with its tests', async () => {
    for (const values of [{ url: 'https://example.com/' }, { secret: 'whsec_1' }]) {
      const { steps, names } = await turn({ values, pending: [delivery({ type: TEST_TYPE })] });
      expect(steps[0]).to.deep.equal(['disable', 'sealed-value-lost', 2]);
      expect(names).to.deep.equal(['disable', 'miss', 'failure', 'release']);
    }
  });

  it('sends nothing while its destination has no slot', async () => {
    expect((await turn({ hasSlot: false })).steps).to.deep.equal([['release', 'host']]);
  });
});
