import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ownProfile } from '@lego-moc/profile/contracts/http-api';
import { itemReply } from '@lego-moc/wishlist/contracts/http-api';
import { skipOnGivenEventStore } from '@lego-moc/testing/real-component';
import { stillImages } from '@lego-moc/testing/sample-images';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';
import { projectionsCommand } from './projections-command.ts';
import { imageRequest, json, requestsAs, type SendRequest } from './requests.ts';
import { awaitCleanStorage } from './storage-tools.ts';

const CLI = join(import.meta.dirname, '../../tools/backup/cli.ts');
const NAME = 'Grace of the harbour';
const REASON = ['--reason', 'restored from a backup'];

const uploadOf = (title: string): FormData => {
  const form = new FormData();
  form.set('title', title);
  form.set('partsLists', new Blob(['Part,Color,Quantity\n3001,4,7\n']), 'list.csv');
  return form;
};

describe('restoring a backup that was made under load', function () {
  this.timeout(3 * PLATFORM_WITHIN_MS);
  let folder: string;
  let platform: TestPlatform;
  let grace: SendRequest;
  let picture: Buffer;
  const wishesBefore = new Map<string, string>();

  const backup = async (command: 'create' | 'restore', dataDir: string): Promise<string> => {
    const folders = ['--data', join(folder, 'data'), '--keys', join(folder, 'keys')];
    const env = { ...process.env, LEGO_MOC_DATA_DIR: dataDir };
    return (await promisify(execFile)(process.execPath, [CLI, command, ...folders], { env })).stdout;
  };
  /** Returns the path of the new wish. */
  const wish = async (title: string): Promise<string> => {
    const reply = await grace('/api/wishlist', json('POST', { title }));
    expect(reply.status).to.equal(201);
    return `/api/wishlist/${itemReply.parse(await reply.json()).itemId}`;
  };
  const readTitle = async (path: string): Promise<string> => itemReply.parse(await (await grace(path)).json()).title;
  const downloadAvatar = async (): Promise<Buffer> => {
    const { userId } = ownProfile.parse(await (await grace('/api/users/me')).json());
    const reply = await grace(`/api/users/${userId}/avatar?size=64`);
    expect(reply.status).to.equal(200);
    return Buffer.from(await reply.arrayBuffer());
  };

  before(async function () {
    skipOnGivenEventStore(this, 'it backs up what the platform starts itself');
    folder = await mkdtemp(join(tmpdir(), 'backup-'));
    const first = (platform = await startPlatform());
    grace = requestsAs(first, 'grace');
    expect((await grace('/api/users/me', json('PATCH', { displayName: NAME }))).status).to.equal(200);
    expect((await grace('/api/users/me/avatar', imageRequest(stillImages.PNG))).status).to.equal(200);
    picture = await downloadAvatar();
    expect((await grace('/api/mocs/with-files', { method: 'POST', body: uploadOf('Crane') })).status).to.equal(201);
    for (const title of ['Lighthouse', 'Tug boat', 'Fish market']) wishesBefore.set(await wish(title), title);

    const load = { isOver: false };
    const writing = (async () => {
      for (let at = 0; !load.isOver; at += 1) await wish(`Meanwhile ${at}`);
    })();
    try {
      expect(await backup('create', first.dataDir)).to.match(/^[1-9]\d* events and [1-9]\d* objects/);
    } finally {
      load.isOver = true;
      await writing;
    }
    await first.stop();
    await rm(first.dataDir, { recursive: true });

    const dataDir = join(folder, 'restored');
    await backup('restore', dataDir);
    platform = await startPlatform({}, dataDir);
    grace = requestsAs(platform, 'grace');
  });

  after(async () => {
    await (platform as TestPlatform | undefined)?.stop();
    if ((folder as string | undefined) !== undefined) await rm(folder, { recursive: true, force: true });
  });

  it('makes read models, objects and references agree again', async () => {
    await projectionsCommand(platform, 'audit', '--repair', ...REASON);
    const { exitCode, output } = await projectionsCommand(platform, 'audit');
    expect(exitCode, output).to.equal(0);
    await awaitCleanStorage(platform);
  });

  it('brings back what was acknowledged before, and what only keys can read', async () => {
    for (const [path, title] of wishesBefore) expect(await readTitle(path)).to.equal(title);
    expect(ownProfile.parse(await (await grace('/api/users/me')).json()).displayName).to.equal(NAME);
    expect(await downloadAvatar()).to.deep.equal(picture);
    const { mocs } = (await (await grace('/api/mocs')).json()) as { mocs: readonly { readonly title: string }[] };
    expect(mocs.map(({ title }) => title)).to.deep.equal(['Crane']);
  });

  it('lets builders go on', async () => {
    expect(await readTitle(await wish('After the restore'))).to.equal('After the restore');
  });

  it('refuses to overwrite data, or to put keys beside them', async () => {
    const refusal = (...args: readonly string[]): Promise<string> =>
      promisify(execFile)(process.execPath, [CLI, ...args], {
        env: { ...process.env, LEGO_MOC_DATA_DIR: platform.dataDir },
      }).then(
        () => 'none',
        (error: unknown) => (error as { stderr: string }).stderr,
      );
    const [data, keys] = [join(folder, 'data'), join(folder, 'keys')];
    expect(await refusal('restore', '--data', data, '--keys', keys)).to.include('is not empty');
    expect(await refusal('create', '--data', data, '--keys', join(data, 'keys'))).to.include('must lie apart');
    expect(await refusal('restore', '--data', keys, '--keys', keys)).to.include('holds no whole backup');
  });
});
