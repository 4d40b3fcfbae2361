import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { startUserListing } from '@lego-moc/testing/user-listing';
import { runningProfile, newUserId } from './testing/running-profile.ts';

const COMMAND = join(import.meta.dirname, 'reconcile.ts');

const run = async (env: NodeJS.ProcessEnv, ...options: readonly string[]) => {
  const child = spawn(process.execPath, [COMMAND, ...options], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, progress] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: child.exitCode, out, progress };
};

describe('npm run profile:reconcile', function () {
  this.timeout(90_000);

  it('compares page by page, repairs, and reports', async () => {
    const { service, env: platform, stop } = await runningProfile();
    const [ada, bob] = [newUserId(), newUserId()];
    const updatedAt = '2026-01-01T12:00:00Z';
    const auth = await startUserListing([
      [{ userId: ada, email: 'canary@goldfeather.example', updatedAt }],
      [{ userId: bob, email: null, deleted: true, updatedAt }],
    ]);
    const env = { ...platform, AUTH_SERVICE_URL: auth.url, AUTH_SERVICE_TOKEN: 'sesame' };

    const dryReport = await run(env, '--dry-run', '--verbose');
    expect(dryReport.code).to.equal(0);
    expect(dryReport.progress).to.include(`${ada} profile-missing`).and.to.include('2 users listed');
    expect(JSON.parse(dryReport.out)).to.deep.include({ dryRun: true, usersListed: 2, repaired: 0 });
    expect(auth.requests[0]).to.equal('Bearer sesame /v1/users?limit=200');

    const repairRun = await run(env);
    expect(JSON.parse(repairRun.out)).to.deep.include({ usersListed: 2, repaired: 1 });
    expect(dryReport.progress + dryReport.out + repairRun.progress + repairRun.out).not.to.match(/canary|sesame/);
    const { profile } = await service.reader.latest(ada);
    expect(profile).to.include({ status: 'active', email: 'canary@goldfeather.example' });

    expect(JSON.parse((await run(env)).out)).to.deep.include({ repaired: 0 });
    await stop();
  });

  it('names the folder it searched when there is no platform', async () => {
    const folder = join(tmpdir(), 'there-is-no-platform-here');
    const child = spawn('npm', ['run', '--silent', 'profile:reconcile'], {
      cwd: join(import.meta.dirname, '../..'),
      env: { PATH: process.env['PATH'], LEGO_MOC_DATA_DIR: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [complaint] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(complaint).to.include(join(folder, 'env/profile.env'));
    expect(child.exitCode).to.equal(2);
  });

  it('erases nobody and fails when the list is empty, and reports records that cannot be read', async () => {
    const { env, stop } = await runningProfile();
    const emptyListing = await startUserListing([[]]);
    const refusedRun = await run({ ...env, AUTH_SERVICE_URL: emptyListing.url }, '--erase-not-listed');
    expect(refusedRun.code).to.equal(1);
    expect(JSON.parse(refusedRun.out)).to.deep.include({ usersListed: 0, refusedToErase: 'nobody-listed' });
    expect(refusedRun.progress).to.include('Nobody was erased').and.include('lists nobody at all');

    const unfit = await startUserListing([
      [
        { userId: 'bob', email: 'canary', updatedAt: '2026-01-01T12:00:00Z' },
        { userId: 'canary/id', email: null, updatedAt: '2026-01-01T12:00:00Z' },
      ],
    ]);
    const { code, out, progress } = await run({ ...env, AUTH_SERVICE_URL: unfit.url }, '--verbose');
    expect(code).to.equal(0);
    expect(JSON.parse(out)).to.deep.include({ usersListed: 1, unreadable: 2, repaired: 0 });
    expect(progress).to.include('bob unreadable: email').and.include('somebody unreadable: userId');
    expect(out + progress).not.to.include('canary');
    await stop();
  });

  it('reports a missing Auth Service', async () => {
    const { code, progress } = await run({
      EVENTSTORE_URL: 'esdb://x',
      DATABASE_URL: 'postgres://x',
      SERVICE_JWKS_PATH: 'x',
    });
    expect(code).to.equal(2);
    expect(progress).to.include('AUTH_SERVICE_URL');
  });
});
