import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';

/** A read of each service that the public sees. */
const ROUTES = {
  'moc-management': '/api/mocs',
  search: '/api/search?q=crane',
  'file-processing': '/api/catalogue',
  wishlist: '/api/wishlist',
} as const;
type Service = keyof typeof ROUTES;
const SERVICES = Object.keys(ROUTES) as readonly Service[];

const PROBLEM = 'application/problem+json';
const EVERY_MS = 40;
/** The breaker's rest and the probe after it. */
const RECOVERED_WITHIN_MS = 15_000;

type Answers = Map<Service, string[]>;

describe('killing one service while the others are under load', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let headers: Record<string, string>;
  before(async () => {
    platform = await startPlatform();
    headers = { authorization: `Bearer ${await platform.token('blast-radius')}` };
  });
  after(() => platform.stop());

  const ask = async (service: Service): Promise<string> => {
    const reply = await fetch(platform.url + ROUTES[service], { headers });
    await reply.arrayBuffer();
    const isProblem = reply.headers.get('content-type') === PROBLEM && reply.headers.has('x-correlation-id');
    return isProblem ? `problem ${reply.status}` : String(reply.status);
  };

  /** Asks every service at a steady pace until told to stop, whether or not earlier requests are answered. */
  const load = (): { readonly stop: () => Promise<Answers> } => {
    const answers: Answers = new Map(SERVICES.map((service) => [service, []]));
    const asked: Promise<void>[] = [];
    const timer = setInterval(() => {
      for (const service of SERVICES)
        asked.push(
          ask(service).then(
            (answer) => void answers.get(service)!.push(answer),
            () => void answers.get(service)!.push('no answer'),
          ),
        );
    }, EVERY_MS);
    return {
      stop: async () => {
        clearInterval(timer);
        await Promise.all(asked);
        return answers;
      },
    };
  };

  const recovered = async (service: Service): Promise<void> => {
    const until = performance.now() + RECOVERED_WITHIN_MS;
    while ((await ask(service)) !== '200') {
      if (performance.now() > until) throw new Error(`${service} did not come back`);
      await pause(100);
    }
  };

  for (const killed of SERVICES)
    it(`leaves all others as they were when ${killed} is killed`, async () => {
      for (const service of SERVICES) await recovered(service);
      const running = load();
      await pause(500);
      await platform.killAndAwait(killed);
      await recovered(killed);
      const answers = await running.stop();

      for (const [service, given] of answers) {
        expect(given.length, service).to.be.greaterThan(10);
        expect([...new Set(given)], service).to.have.members(
          service === killed && given.includes('problem 503') ? ['200', 'problem 503'] : ['200'],
        );
      }
      expect(answers.get(killed)).to.include('problem 503');
    });
});
