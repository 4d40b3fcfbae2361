import { randomUUID } from 'node:crypto';
import {
  AccessDeniedError,
  EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
  StreamNotFoundError,
  type Credentials,
} from '@eventstore/db-client';
import { expect } from 'chai';
import { allSettings, consume } from './consumer.ts';
import { bricksSorted, freshStream, readAll, readStream, rejectionOf } from './events.ts';
import { listenTo } from './listener.ts';
import type { SecuredTarget } from './secured-target.ts';

const settings = persistentSubscriptionToStreamSettingsFromDefaults();

/** Registers the calls that a server with users must refuse and allow. */
export const securityContract = (name: string, target: SecuredTarget): void => {
  let anonymous: EventStoreDBClient;
  let admin: Credentials;
  let ops: Credentials;
  let asAdmin: EventStoreDBClient;

  const newUser = async (groups: readonly string[] = []): Promise<Credentials> => {
    const user = { loginName: randomUUID(), fullName: 'Somebody', groups, password: randomUUID() };
    expect(await target.createUser(user, admin)).to.equal(201);
    return { username: user.loginName, password: user.password };
  };
  const expectRefusal = async (attempt: Promise<unknown>) =>
    expect(await rejectionOf(attempt)).to.be.instanceOf(AccessDeniedError);

  describe(`${name} with users and access lists`, () => {
    before(async function () {
      this.timeout(60_000);
      const runningNode = await target.start();
      ({ admin, ops } = runningNode);
      anonymous = EventStoreDBClient.connectionString(runningNode.url);
      const { username, password } = admin;
      asAdmin = EventStoreDBClient.connectionString(
        runningNode.url.replace('esdb://', `esdb://${username}:${password}@`),
      );
    });
    after(async function () {
      this.timeout(60_000);
      await Promise.all([anonymous.dispose(), asAdmin.dispose()]);
      await target.stop();
    });

    const describeUsers = () => {
      it('lets users append and read', async () => {
        const stream = freshStream();
        await asAdmin.appendToStream(stream, bricksSorted(1));
        await anonymous.appendToStream(stream, bricksSorted(1), { credentials: ops });
        expect(await readStream(anonymous, stream, { credentials: ops })).to.have.length(2);
        expect(await readStream(asAdmin, stream)).to.have.length(2);
      });

      it('rejects every call without credentials', async () => {
        const stream = freshStream();
        await asAdmin.appendToStream(stream, bricksSorted(1));
        await expectRefusal(readStream(anonymous, stream));
        await expectRefusal(anonymous.appendToStream(stream, bricksSorted(1)));
        await expectRefusal(anonymous.deleteStream(stream));
        await expectRefusal(anonymous.setStreamMetadata(stream, { maxCount: 1 }));
        await expectRefusal(readAll(anonymous, { maxCount: 1 }));
        expect(await listenTo(anonymous.subscribeToStream(stream)).waitForError()).to.be.instanceOf(AccessDeniedError);
        expect(await readStream(asAdmin, stream)).to.have.length(1);
      });

      it('rejects wrong passwords and unknown users', async () => {
        const stream = freshStream();
        await asAdmin.appendToStream(stream, bricksSorted(1));
        for (const credentials of [
          { username: admin.username, password: 'guessed' },
          { username: 'nobody', password: admin.password },
        ]) {
          await expectRefusal(readStream(anonymous, stream, { credentials }));
          await expectRefusal(anonymous.appendToStream(stream, bricksSorted(1), { credentials }));
        }
      });

      it('restricts system streams to administrators', async () => {
        const stream = `$hall-${randomUUID()}`;
        await asAdmin.appendToStream(stream, bricksSorted(1));
        expect(await readStream(asAdmin, stream)).to.have.length(1);
        await expectRefusal(anonymous.appendToStream(stream, bricksSorted(1), { credentials: ops }));
        await expectRefusal(readStream(anonymous, stream, { credentials: ops }));
      });

      it('lets administrators alone read and subscribe to $all', async () => {
        const other = await newUser();
        expect(await readAll(asAdmin, { maxCount: 1 })).to.have.length(1);
        for (const credentials of [ops, other]) {
          await expectRefusal(readAll(anonymous, { maxCount: 1, credentials }));
          const listener = listenTo(anonymous.subscribeToAll({ credentials }));
          expect(await listener.waitForError()).to.be.instanceOf(AccessDeniedError);
        }
      });

      it('lets operators create groups and replay parked messages, and nobody without that role', async () => {
        const stream = freshStream();
        const group = randomUUID();
        const other = await newUser();
        await expectRefusal(
          anonymous.createPersistentSubscriptionToStream(stream, group, settings, { credentials: other }),
        );
        await anonymous.createPersistentSubscriptionToStream(stream, group, settings, { credentials: ops });
        await expectRefusal(anonymous.replayParkedMessagesToStream(stream, group, { credentials: other }));
        await anonymous.replayParkedMessagesToStream(stream, group, { credentials: ops });
        await expectRefusal(anonymous.deletePersistentSubscriptionToStream(stream, group, { credentials: other }));
        await anonymous.deletePersistentSubscriptionToStream(stream, group, { credentials: ops });
      });

      it('lets every user describe and list groups', async () => {
        const stream = freshStream();
        const group = randomUUID();
        await asAdmin.createPersistentSubscriptionToStream(stream, group, settings);
        const credentials = await newUser();
        const info = await anonymous.getPersistentSubscriptionToStreamInfo(stream, group, { credentials });
        expect(info.groupName).to.equal(group);
        const groups = await anonymous.listPersistentSubscriptionsToStream(stream, { credentials });
        expect(groups).to.have.length(1);
      });

      it('restricts consuming a group to those who may read its stream', async () => {
        const stream = freshStream();
        const group = randomUUID();
        const other = await newUser();
        await asAdmin.createPersistentSubscriptionToStream(stream, group, settings);
        await asAdmin.setStreamMetadata(stream, { acl: { readRoles: [other.username] } });
        const join = (credentials: Credentials) =>
          consume(anonymous.subscribeToPersistentSubscriptionToStream(stream, group, { credentials }), true);
        expect(await join(ops).waitForError()).to.be.instanceOf(AccessDeniedError);
        const reader = join(other);
        await asAdmin.appendToStream(stream, bricksSorted(1));
        expect(await reader.waitForDeliveries(1)).to.have.length(1);
        await reader.leave();

        const onAll = randomUUID();
        await anonymous.createPersistentSubscriptionToAll(onAll, allSettings(), { credentials: ops });
        const stranger = anonymous.subscribeToPersistentSubscriptionToAll(onAll, { credentials: ops });
        const failure = await new Promise((resolve) => stranger.once('error', resolve));
        expect(failure).to.be.instanceOf(AccessDeniedError);
        await asAdmin.deletePersistentSubscriptionToAll(onAll);
      });

      it('restricts parked streams to administrators', async () => {
        const parkedStream = `$persistentsubscription-${freshStream()}::group-parked`;
        await expectRefusal(readStream(anonymous, parkedStream, { credentials: ops }));
        await expectRefusal(readStream(anonymous, parkedStream, { credentials: await newUser() }));
        expect(await rejectionOf(readStream(asAdmin, parkedStream))).to.be.instanceOf(StreamNotFoundError);
      });

      it('rejects appends to $all, its deletion and its tombstone from administrators, too', async () => {
        await expectRefusal(asAdmin.appendToStream('$all', bricksSorted(1)));
        await expectRefusal(asAdmin.deleteStream('$all'));
        await expectRefusal(asAdmin.tombstoneStream('$all'));
      });

      it('creates users through POST /users/ for administrators only, and each once', async () => {
        const user = { loginName: randomUUID(), fullName: 'Ada', groups: ['$ops'], password: 'brick' };
        expect(await target.createUser(user, ops)).to.equal(401);
        expect(await target.createUser(user, admin)).to.equal(201);
        expect(await target.createUser(user, admin)).to.equal(409);
        const credentials = { username: user.loginName, password: user.password };
        await anonymous.createPersistentSubscriptionToStream(freshStream(), 'any', settings, { credentials });
      });

      it('rejects group management without credentials', async () => {
        const stream = freshStream();
        await expectRefusal(anonymous.createPersistentSubscriptionToStream(stream, 'any', settings));
        await expectRefusal(anonymous.listAllPersistentSubscriptions());
        await asAdmin.createPersistentSubscriptionToStream(stream, 'any', settings);
        const stranger = consume(anonymous.subscribeToPersistentSubscriptionToStream(stream, 'any'));
        expect(await stranger.waitForError()).to.be.instanceOf(AccessDeniedError);
      });
    };

    const describeLeastPrivilege = () => {
      it('needs a list on $all and the defaults of $settings, and refuses everybody else', async () => {
        const [service, stranger] = [await newUser(['$ops']), await newUser()];
        await asAdmin.setStreamMetadata('$all', { acl: { readRoles: ['$admins', service.username] } });
        const only = ['$admins', service.username];
        const defaults = {
          $userStreamAcl: { $r: only, $w: only, $d: only, $mr: only, $mw: only },
          $systemStreamAcl: { $r: only, $w: '$admins', $d: '$admins', $mr: '$admins', $mw: '$admins' },
        };
        const defaultAclUpdate = jsonEvent({ type: 'update-default-acl', data: defaults });
        await asAdmin.appendToStream('$settings', defaultAclUpdate);
        try {
          const stream = freshStream();
          const credentials = service;
          await anonymous.appendToStream(stream, bricksSorted(1), { credentials });
          expect(await readStream(anonymous, stream, { credentials })).to.have.length(1);
          expect(await readAll(anonymous, { maxCount: 1, credentials })).to.have.length(1);
          const parkedStream = `$persistentsubscription-${stream}::group-parked`;
          expect(await rejectionOf(readStream(anonymous, parkedStream, { credentials }))).to.be.instanceOf(
            StreamNotFoundError,
          );
          await expectRefusal(readStream(anonymous, stream, { credentials: stranger }));
          await expectRefusal(anonymous.appendToStream(stream, bricksSorted(1), { credentials: stranger }));
          await expectRefusal(readAll(anonymous, { maxCount: 1, credentials: stranger }));
        } finally {
          await asAdmin.appendToStream('$settings', jsonEvent({ type: 'update-default-acl', data: {} }));
        }
      });
    };

    const describeLists = () => {
      const reserveStream = async (acl: Parameters<EventStoreDBClient['setStreamMetadata']>[1]['acl']) => {
        const stream = freshStream('reserved');
        await asAdmin.appendToStream(stream, bricksSorted(1));
        await asAdmin.setStreamMetadata(stream, { ...(acl && { acl }) });
        return stream;
      };
      const asOps = () => ({ credentials: ops });

      it('restricts reading', async () => {
        const stream = await reserveStream({ readRoles: ['$admins'] });
        await expectRefusal(readStream(anonymous, stream, asOps()));
        await anonymous.appendToStream(stream, bricksSorted(1), asOps());
        expect(await readStream(asAdmin, stream)).to.have.length(2);
      });

      it('restricts writing', async () => {
        const stream = await reserveStream({ writeRoles: ['$admins'] });
        await expectRefusal(anonymous.appendToStream(stream, bricksSorted(1), asOps()));
        expect(await readStream(anonymous, stream, asOps())).to.have.length(1);
      });

      it('restricts deleting', async () => {
        const stream = await reserveStream({ deleteRoles: ['$admins'] });
        await expectRefusal(anonymous.deleteStream(stream, asOps()));
        await expectRefusal(anonymous.tombstoneStream(stream, asOps()));
        await asAdmin.deleteStream(stream);
      });

      it('restricts metadata', async () => {
        const stream = await reserveStream({ metaReadRoles: ['$admins'], metaWriteRoles: ['$admins'] });
        await expectRefusal(anonymous.getStreamMetadata(stream, asOps()));
        await expectRefusal(anonymous.setStreamMetadata(stream, {}, asOps()));
        expect((await asAdmin.getStreamMetadata(stream)).metadata?.acl).to.have.property('metaReadRoles');
      });

      it('admits the users and groups that it names', async () => {
        const stream = await reserveStream({ readRoles: ['ops'], writeRoles: ['$ops'], metaReadRoles: ['ops'] });
        await anonymous.appendToStream(stream, bricksSorted(1), asOps());
        expect(await readStream(anonymous, stream, asOps())).to.have.length(2);
        await expectRefusal(readStream(anonymous, stream));
      });
    };

    describe('users', describeUsers);
    describe('least privilege', describeLeastPrivilege);
    describe('access lists', describeLists);
  });
};
