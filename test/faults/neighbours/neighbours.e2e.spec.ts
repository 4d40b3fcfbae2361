import { expect } from 'chai';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from '../../e2e/platform.ts';
import { ABUSES, type Target } from './abuses.ts';
import { p95, useQuietly } from './neighbour.ts';

const VISITS_MIN = 30;

describe('using the platform beside an abusive user', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let neighbour: Target;
  let quietP95: number;

  /** A user at an address of its own, as a proxy in front of the gateway reports it. */
  const userAt = async (name: string, address: string): Promise<Target> => ({
    url: platform.url,
    port: Number(new URL(platform.url).port),
    headers: { authorization: `Bearer ${await platform.token(name)}`, 'x-forwarded-for': address },
  });

  before(async () => {
    platform = await startPlatform({ RATE_LIMIT_SCALE: '1', TRUSTED_PROXIES: '1' });
    neighbour = await userAt('neighbour', '198.51.100.1');
    await useQuietly(neighbour, Promise.resolve(), VISITS_MIN);
    const quiet = await useQuietly(neighbour, Promise.resolve(), VISITS_MIN);
    expect(quiet.errors).to.deep.equal([]);
    quietP95 = p95(quiet.latenciesMs);
  });
  after(() => (platform as TestPlatform | undefined)?.stop());

  for (const [at, { name, run, answers }] of ABUSES.entries())
    it(`gets every answer during ${name}`, async () => {
      const abuser = await userAt(`abuser-${at}`, `203.0.113.${at + 1}`);
      const abuse = run(abuser);
      const { latenciesMs, errors } = await useQuietly(neighbour, abuse, VISITS_MIN);
      const statuses = [...new Set(await abuse)].toSorted((a, b) => a - b);
      const ratio = p95(latenciesMs) / quietP95;
      process.stdout.write(`      p95 × ${ratio.toFixed(1)}; the abuser was answered ${statuses.join(', ')}\n`);

      expect(errors).to.deep.equal([]);
      if (answers === undefined) expect(statuses.filter((status) => status >= 500)).to.deep.equal([]);
      else expect(statuses.filter((status) => !answers.includes(status))).to.deep.equal([]);
    });

  it('ends with every service in the process that it started in', () => {
    expect(platform.reports.filter((report) => /exit|fell|again|kill/i.test(report))).to.deep.equal([]);
  });
});
