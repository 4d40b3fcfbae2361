import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import {
  buildReply,
  buildSectionsReply,
  buildsReply,
  invitationReply,
  operationsEvent,
} from '@lego-moc/inventory/contracts/builds-api';
import { itemReply } from '@lego-moc/inventory/contracts/http-api';
import { holdingReply } from '@lego-moc/inventory/contracts/stock-api';
import { apiAs, expectProblem, type Api } from './api.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

const BUILDS = '/api/inventory/builds';
const lots = (quantity: number) => [{ number: '3001', colour: '4', quantity }];

describe('building something, through the gateway', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let builder: string;
  let ask: Api;

  before(async () => {
    platform = await sharedPlatform();
  });
  beforeEach(() => {
    builder = `builder-${randomUUID()}`;
    ask = apiAs(platform, builder);
  });

  const begin = async (source: object | null = null) => {
    const bin = await ask('POST', '/api/inventory/stock/entries', { location: 'Bin 7', lots: lots(5) });
    const { holdingId } = holdingReply.parse(bin.body);
    const { buildId } = buildReply.parse((await ask('POST', BUILDS, { title: 'Castle', source })).body);
    const path = `${BUILDS}/${buildId}`;
    return {
      ...{ buildId, path },
      send: async (...operations: object[]) => {
        const { status, body } = await ask('POST', `${path}/operations`, { operations });
        expect(status, JSON.stringify(body)).to.equal(200);
        return buildReply.parse(body);
      },
      binHas: (pieces: number) =>
        pollUntil(
          `${String(pieces)} pieces in the bin`,
          async () => holdingReply.parse((await ask('GET', `/api/inventory/stock/holdings/${holdingId}`)).body),
          (bin_) => bin_.pieces === pieces,
        ),
    };
  };
  const transfer = (from: string, to: string, quantity: number) => ({
    ...{ operationId: randomUUID(), from, to, lots: lots(quantity) },
  });

  it('merges what two devices did offline, lets the stock follow, and takes the model apart', async () => {
    const { buildId, path, send, binHas } = await begin();
    const taking = { ...transfer('stock', 'reserved', 4), location: 'Bin 7' };
    const [placing, losing] = [transfer('reserved', 'placed', 2), transfer('reserved', 'lost', 1)];
    await send(losing, taking);
    const build = await send(placing, taking);
    expect(build).to.include({ reserved: 1, placed: 2, lost: 1, contradictions: 0, operations: 3 });
    await binHas(1);
    await send({ operationId: randomUUID(), undoes: losing.operationId });
    const { status } = await ask('POST', `${path}/disassembly`, { location: 'Bin 7' });
    expect(status).to.equal(200);
    await binHas(5);
    await pollUntil(
      'the list',
      async () => buildsReply.parse((await ask('GET', BUILDS)).body).builds,
      (builds) => builds.some((listedBuild) => listedBuild.buildId === buildId),
    );
  });

  it('says for each bag of the set what is placed, missing, damaged and lost, to those who take part', async () => {
    const source = { kind: 'set', id: '6080-1' };
    const item = await ask('POST', '/api/inventory/items', { source, title: 'Castle', lots: lots(5) });
    const itemPath = `/api/inventory/items/${itemReply.parse(item.body).itemId}`;
    const bags = [3, 2].map((quantity, index) => ({ kind: 'bag', name: String(index + 1), lots: lots(quantity) }));
    expect((await ask('PUT', `${itemPath}/sections`, { sections: bags })).status).to.equal(200);
    const { path, send } = await begin(source);
    const bag = (from: string, to: string, name: string) => ({
      ...{ operationId: randomUUID(), from, to },
      lots: lots(1).map((lot) => ({ ...lot, section: { kind: 'bag', name } })),
    });
    const counts = async (as = ask) => {
      const { status, body } = await as('GET', `${path}/sections?kind=bag`);
      expect(status, JSON.stringify(body)).to.equal(200);
      return buildSectionsReply
        .parse(body)
        .sections.map(({ name, needed, reserved, placed, missing, damaged, lost }) => [
          ...[name, needed, reserved, placed, missing, damaged, lost],
        ]);
    };
    const damaging = bag('reserved', 'damaged', '1');
    await send({ ...transfer('stock', 'reserved', 5), location: 'Bin 7' }, damaging);
    await send(bag('reserved', 'placed', '2'), bag('reserved', 'lost', '2'));
    expect(await counts()).to.deep.equal([
      ['1', 3, 2, 0, 1, 1, 0],
      ['2', 2, 0, 1, 1, 0, 1],
    ]);
    const [first] = buildSectionsReply.parse((await ask('GET', `${path}/sections?limit=1`)).body).sections;
    expect(first?.lots).to.deep.equal([
      {
        ...{ kind: 'part', number: '3001', colour: '4', needed: 3 },
        reserved: 2,
        placed: 0,
        missing: 1,
        damaged: 1,
        lost: 0,
      },
    ]);
    await send({ operationId: randomUUID(), undoes: damaging.operationId });
    expect((await ask('POST', `${path}/disassembly`, { location: 'Bin 7' })).status).to.equal(200);
    const emptyBags = [
      ['1', 3, 0, 0, 3, 0, 0],
      ['2', 2, 0, 0, 2, 0, 1],
    ];
    expect(await counts()).to.deep.equal(emptyBags);
    const { code } = invitationReply.parse((await ask('POST', `${path}/invitations`, { role: 'viewer' })).body);
    const friend = apiAs(platform, `friend-${randomUUID()}`);
    expectProblem(await friend('GET', `${path}/sections`), 404, 'build-not-found');
    expect((await friend('PUT', `${path}/membership`, { code })).status).to.equal(200);
    expect(await counts(friend)).to.deep.equal(emptyBags);
  });

  it('is shared with another builder, until the owner removes them', async () => {
    const { path, send } = await begin();
    const invitation = await ask('POST', `${path}/invitations`, { role: 'builder' });
    const { code } = invitationReply.parse(invitation.body);
    const friend = apiAs(platform, `friend-${randomUUID()}`);
    expectProblem(await friend('PUT', `${path}/membership`, { code: 'guess' }), 404, 'build-not-found');
    const [member] = buildReply.parse((await friend('PUT', `${path}/membership`, { code })).body).members;
    const operations = [{ ...transfer('stock', 'reserved', 2), location: 'Bin 7' }];
    expect((await friend('POST', `${path}/operations`, { operations })).status).to.equal(200);
    expect(await send(transfer('reserved', 'placed', 1))).to.include({ reserved: 1, placed: 1, role: 'owner' });
    expect((await ask('DELETE', `${path}/members/${member!.memberId}`)).status).to.equal(204);
    expectProblem(await friend('GET', path), 404, 'build-not-found');
  });

  it('names an erased member no more, and keeps what they did', async () => {
    const { path, send, binHas } = await begin();
    const { code } = invitationReply.parse((await ask('POST', `${path}/invitations`, { role: 'builder' })).body);
    const name = `leaver-${randomUUID()}`;
    const leaver = apiAs(platform, name);
    expect((await leaver('PUT', `${path}/membership`, { code })).status).to.equal(200);
    const operations = [{ ...transfer('stock', 'reserved', 2), location: 'Bin 7' }];
    expect((await leaver('POST', `${path}/operations`, { operations })).status).to.equal(200);
    await pollUntil(
      'the erasure',
      () => leaver('DELETE', `/api/users/${devUserId(name)}`),
      ({ status }) => status < 300,
    );
    const build = await pollUntil(
      'the build without them',
      async () => buildReply.parse((await ask('GET', path)).body),
      ({ members }) => members.length === 0,
    );
    expect(build).to.include({ reserved: 2, operations: 1 });
    expect(JSON.stringify((await ask('GET', `${path}/operations`)).body)).not.to.include(devUserId(name));
    expect((await leaver('GET', path)).status).to.be.oneOf([404, 410]);
    await send(transfer('reserved', 'placed', 2));
    await binHas(3);
  });

  it('shows operations to those who watch, while they become known', async () => {
    const { path, send } = await begin();
    const first = { ...transfer('stock', 'reserved', 1), location: 'Bin 7' };
    await send(first);
    const headers = { authorization: `Bearer ${await platform.token(builder)}` };
    const reply = await fetch(`${platform.url}${path}/events`, { headers });
    const second = transfer('reserved', 'placed', 1);
    const ids: string[] = [];
    let text = '';
    for await (const chunk of reply.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const [, data] = /^data: (.*)\n\n/m.exec(text) ?? [];
      if (data === undefined) continue;
      text = '';
      ids.push(...operationsEvent.parse(JSON.parse(data)).operations.map(({ operationId }) => operationId));
      if (ids.length === 1) await send(second);
      else break;
    }
    expect(ids).to.deep.equal([first.operationId, second.operationId]);
  });
});
