import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import sharp from 'sharp';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { newId } from '@lego-moc/kernel/ids';
import { ownProfile, publicReply } from '@lego-moc/profile/contracts/http-api';
import { sharedPlatform, PLATFORM_WITHIN_MS, type TestPlatform } from './platform.ts';

describe('a profile on the platform', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  before(async () => {
    platform = await sharedPlatform();
  });

  const ask = async (name: string, path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(platform.url + path, {
      ...init,
      headers: { authorization: `Bearer ${await platform.token(name)}`, ...(init.headers as Record<string, string>) },
    });

  /** As the Auth Service would, with the secret that it shares with the service. */
  const tell = (event: object, signed = true): Promise<Response> => {
    const secret = readFileSync(join(platform.dataDir, 'keys', 'profile.identity-webhook-secret'), 'utf8');
    const [id, timestamp, body] = [newId(), String(Math.floor(Date.now() / 1_000)), JSON.stringify(event)];
    const mac = createHmac('sha256', Buffer.from(secret, 'base64'))
      .update(`${id}.${timestamp}.${body}`)
      .digest('base64');
    return fetch(`${platform.url}/api/identity-events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signed ? `v1,${mac}` : 'v1,AAAA',
      },
      body,
    });
  };

  it('is made on first use, changed, pictured, shown to others, and forgotten', async () => {
    const me = ownProfile.parse(await (await ask('portrait', '/api/users/me')).json());
    expect(me.userId).to.equal(devUserId('portrait'));
    const change = {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: '{"displayName":"Portrait"}',
    };
    expect((await ask('portrait', '/api/users/me', change)).status).to.equal(200);
    const picture = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#c91a09' } })
      .jpeg()
      .toBuffer();
    const upload = { method: 'PUT', headers: { 'content-type': 'image/jpeg' }, body: new Uint8Array(picture) };
    expect((await ask('portrait', '/api/users/me/avatar', upload)).status).to.equal(200);

    const found = publicReply.parse(await (await ask('visitor', `/v1/users/public?ids=${me.userId},nobody-1`)).json());
    expect(found.missing).to.deep.equal(['nobody-1']);
    expect(found.users[0]).to.include({ displayName: 'Portrait' });
    const square = await ask('visitor', found.users[0]?.avatar?.['128'] ?? '');
    expect(await sharp(Buffer.from(await square.arrayBuffer())).metadata()).to.include({ width: 128, height: 128 });

    expect((await ask('portrait', '/api/users/me', { method: 'DELETE' })).status).to.equal(204);
    expect((await ask('portrait', '/api/users/me')).status).to.equal(410);
    expect((await ask('visitor', `/api/users/${me.userId}/public`)).status).to.equal(404);
  });

  it('hears the Auth Service without a token, and nobody else', async () => {
    const userId = devUserId('newcomer');
    const timestamp = new Date().toISOString();
    const registered = {
      type: 'user.registered',
      timestamp,
      data: { userId, email: 'n@x.example', displayName: 'Newcomer' },
    };
    expect((await tell(registered, false)).status).to.equal(401);
    expect((await tell(registered)).status).to.equal(204);
    expect((await tell(registered)).status).to.equal(204);
    const me = ownProfile.parse(await (await ask('newcomer', '/api/users/me')).json());
    expect(me).to.include({ displayName: 'Newcomer', email: 'n@x.example' });
  });
});
