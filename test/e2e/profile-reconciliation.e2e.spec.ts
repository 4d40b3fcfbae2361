import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { ownProfile } from '@lego-moc/profile/contracts/http-api';
import { startUserListing } from '@lego-moc/testing/user-listing';
import { requestsAs } from './requests.ts';
import { webhooksTo, type ListedUser } from './auth-service.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

const COMMAND = join(import.meta.dirname, '../../contexts/profile/reconcile.ts');
const updatedAt = new Date().toISOString();

describe('reconciling profiles with the Auth Service', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;

  before(async () => {
    platform = await sharedPlatform();
  });

  /** Runs as `npm run profile:reconcile` does: it finds the settings that the platform leaves beside its data. */
  const begin = (authServiceUrl: string, ...options: readonly string[]) => {
    const env = { ...process.env, LEGO_MOC_DATA_DIR: platform.dataDir, AUTH_SERVICE_URL: authServiceUrl };
    return spawn(process.execPath, [COMMAND, ...options], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  };
  const run = async (authServiceUrl: string, ...options: readonly string[]) => {
    const command = begin(authServiceUrl, ...options);
    const [out, progress] = await Promise.all([text(command.stdout), text(command.stderr), once(command, 'exit')]);
    expect(command.exitCode, progress).to.equal(0);
    return { progress, report: JSON.parse(out) as { usersListed: number; repaired: number; found: object } };
  };
  const of = (name: string, email: string, more: Partial<ListedUser> = {}): ListedUser => ({
    ...{ userId: devUserId(name), email, displayName: name, updatedAt },
    ...more,
  });
  const emailOf = async (name: string): Promise<string | number | null> => {
    const reply = await requestsAs(platform, name)('/api/users/me');
    return reply.status === 200 ? ownProfile.parse(await reply.json()).email : reply.status;
  };

  it('finds differences that no webhook reported, page by page, repairs and reports them', async () => {
    await webhooksTo(platform)({
      type: 'user.registered',
      timestamp: updatedAt,
      data: of('lost-mail', 'old@x.example'),
    });
    await requestsAs(platform, 'lost-farewell')('/api/users/me');
    const later = new Date(Date.now() + 1_000).toISOString();
    const { url } = await startUserListing([
      [of('lost-welcome', 'welcome@x.example')],
      [of('lost-mail', 'new@x.example', { updatedAt: later })],
      [of('lost-farewell', 'gone@x.example', { deleted: true })],
    ]);

    const dryRun = await run(url, '--dry-run');
    expect(dryRun.report).to.deep.include({ usersListed: 3, repaired: 0 });
    expect(dryRun.report.found).to.include({ 'profile-missing': 1, 'email-differs': 1, 'not-erased': 1 });
    expect(dryRun.progress).to.include('1 users listed').and.include('3 users listed');

    expect((await run(url)).report).to.deep.include({ usersListed: 3, repaired: 3 });
    expect(await emailOf('lost-welcome')).to.equal('welcome@x.example');
    expect(await emailOf('lost-mail')).to.equal('new@x.example');
    expect(await emailOf('lost-farewell')).to.equal(410);
    expect((await run(url)).report).to.deep.include({ usersListed: 3, repaired: 0 });
  });

  it('is completed by the next run after a kill, and repairs nothing twice', async () => {
    let signalPage: () => void = () => undefined;
    const atSecondPage = new Promise<void>((resolve) => (signalPage = resolve));
    let dead = false;
    const { url } = await startUserListing(
      [[of('half-one', 'one@x.example')], [of('half-two', 'two@x.example')]],
      (page) => {
        if (page === 0 || dead) return Promise.resolve();
        signalPage();
        return new Promise(() => undefined);
      },
    );
    const victim = begin(url);
    await atSecondPage;
    const exit = once(victim, 'exit');
    victim.kill('SIGKILL');
    await exit;
    dead = true;
    expect(await emailOf('half-one')).to.equal('one@x.example');

    const runs = await Promise.all([run(url), run(url)]);
    expect(runs[0].report.repaired + runs[1].report.repaired).to.be.within(1, 2);
    expect(await emailOf('half-two')).to.equal('two@x.example');
    await pollUntil(
      'Agreement',
      async () => (await run(url)).report.repaired,
      (repairs) => repairs === 0,
    );
  });

  it('erases no user who is missing from the list of the Auth Service', async () => {
    await requestsAs(platform, 'not-listed')('/api/users/me');
    const { url } = await startUserListing([[of('lost-welcome', 'welcome@x.example')]]);
    const progress = await pollUntil(
      'The profile is in the read model',
      async () => (await run(url, '--verbose')).progress,
      (progress) => progress.includes(`${devUserId('not-listed')} not-listed`),
    );
    expect(progress).not.to.include('not-listed@example.test');
    expect(await emailOf('not-listed')).to.equal('not-listed@example.test');
  });
});
