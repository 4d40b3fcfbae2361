import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { CONTEXTS } from '@lego-moc/local/registry';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';

/** A request per service that it can answer without any other service's help. */
const QUESTIONS = {
  'moc-management': '/api/mocs?limit=5',
  profile: '/api/users/me',
  wishlist: '/api/wishlist',
  inventory: '/api/inventory/summary',
  gallery: '/api/albums?limit=5',
  search: '/api/search?q=crane',
  'file-processing': '/api/catalogue/colours?limit=5',
  'file-storage': '/api/files/none',
} as const;
type Service = keyof typeof QUESTIONS;
const SERVICES = Object.keys(QUESTIONS) as readonly Service[];

/** Two clients per service, each with a request in flight all the time but for a short pause in between. */
const CLIENTS = 2;
const BREATH_MS = 10;
const BEFORE_AND_AFTER_MS = 400;

type Answers = ReadonlyMap<Service, ReadonlyMap<string, number>>;

describe('losing one service while all are in use', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let authorization: string;
  /** The normal answer of each service. */
  const usual = new Map<Service, string>();

  const ask = async (service: Service): Promise<string> => {
    try {
      const reply = await fetch(`${platform.url}${QUESTIONS[service]}`, { headers: { authorization } });
      const kind = reply.headers.get('content-type')?.split(';', 1)[0] ?? 'nothing';
      await reply.arrayBuffer();
      return `${reply.status} ${kind}`;
    } catch (error) {
      return String(error);
    }
  };

  /** Keeps all services busy while `work` runs; returns how often each gave which answer. */
  const underLoad = async (work: () => Promise<void>): Promise<Answers> => {
    const answers = new Map(SERVICES.map((service) => [service, new Map<string, number>()]));
    const end = new AbortController();
    const client = async (service: Service): Promise<void> => {
      while (!end.signal.aborted) {
        const answer = await ask(service);
        const counts = answers.get(service);
        counts?.set(answer, (counts.get(answer) ?? 0) + 1);
        await sleep(BREATH_MS);
      }
    };
    const clients = SERVICES.flatMap((service) => Array.from({ length: CLIENTS }, () => client(service)));
    try {
      await work();
    } finally {
      end.abort();
      await Promise.all(clients);
    }
    return answers;
  };

  /** While its circuit is open, a service gets one request every five seconds. */
  const untilUsual = (service: Service): Promise<string> =>
    pollUntil(
      `${service} answering as usual`,
      () => ask(service),
      (answer) => answer === usual.get(service),
      15_000,
    );

  before(async () => {
    platform = await startPlatform();
    authorization = `Bearer ${await platform.token('ada')}`;
    for (const service of SERVICES) usual.set(service, await ask(service));
    expect([...usual.values()].join()).not.to.match(/\b5\d\d\b|Error/);
  });
  after(() => platform.stop());

  it('has a request for every service in the registry', () => {
    expect(SERVICES).to.have.members(CONTEXTS.map(({ name }) => name));
  });

  for (const victim of SERVICES)
    it(`costs ${victim} its answers, and no other service a single one`, async () => {
      const answers = await underLoad(async () => {
        await sleep(BEFORE_AND_AFTER_MS);
        await platform.killAndAwait(victim);
        await untilUsual(victim);
        await sleep(BEFORE_AND_AFTER_MS);
      });

      for (const [service, counts] of answers) {
        const distinctAnswers = [...counts.keys()].toSorted();
        if (service !== victim) expect(distinctAnswers, service).to.deep.equal([usual.get(service)]);
        else expect(distinctAnswers, victim).to.have.members([usual.get(victim), '503 application/problem+json']);
      }
    });
});
